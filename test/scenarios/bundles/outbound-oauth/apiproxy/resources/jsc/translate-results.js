var api = context.getVariable('twitter-translate.translatorApi');
var token = context.getVariable('twitter-translate.apiAccessToken');
var language = context.getVariable('targetLanguage');
var body = JSON.parse(response.content);
if (body.results instanceof Array) {
  for (var i = 0; i < body.results.length; i++) {
    var result = body.results[i];
    var url = api.basePath + 'Translate?text=' + encodeURIComponent(result.text) + '&to=' + encodeURIComponent(language);
    var exchange = httpClient.send(new Request(url, 'GET', { Authorization: 'Bearer ' + token }));
    exchange.waitForComplete();
    result.text_orig = result.text;
    result.text = exchange.getResponse().content.asXML.toString();
  }
  response.content = JSON.stringify(body);
}
