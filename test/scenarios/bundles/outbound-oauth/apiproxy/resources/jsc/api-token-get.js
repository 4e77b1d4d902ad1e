var api = context.getVariable('twitter-translate.translatorApi');
var form =
  'grant_type=' +
  api.grantType +
  '&scope=' +
  encodeURIComponent(api.scopeUrl) +
  '&client_id=' +
  encodeURIComponent(api.clientId) +
  '&client_secret=' +
  encodeURIComponent(api.clientSecret);
var exchange = httpClient.send(new Request(api.authUrl, 'POST', {}, form));
exchange.waitForComplete();
if (exchange.isSuccess()) {
  var answer = JSON.parse(exchange.getResponse().content);
  if (answer.error) throw new Error(answer.error_description);
  context.setVariable('twitter-translate.apiAccessToken', answer.access_token);
} else if (exchange.isError()) {
  throw new Error(exchange.getError());
}
