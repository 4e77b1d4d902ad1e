function ask(path) {
  var api = context.getVariable('twitter-translate.translatorApi');
  var token = context.getVariable('twitter-translate.apiAccessToken');
  var exchange = httpClient.send(new Request(api.basePath + path, 'GET', { Authorization: 'Bearer ' + token }));
  exchange.waitForComplete();
  return exchange.getResponse().content.asXML.toString();
}
var query = context.getVariable('request.queryparam.q');
var lang = context.getVariable('request.queryparam.lang');
if (query && lang) {
  context.setVariable('targetLanguage', ask('Detect?text=' + encodeURIComponent(query)));
  request.queryParams.q = ask('Translate?text=' + encodeURIComponent(query) + '&to=' + encodeURIComponent(lang));
}
