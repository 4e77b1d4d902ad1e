var settings = {
  clientId: 'translate-client',
  clientSecret: 'translate-secret',
  authUrl: 'BACKEND/token',
  scopeUrl: 'http://translate.example.com',
  grantType: 'client_credentials',
  basePath: 'BACKEND/translate/',
};
context.setVariable('twitter-translate.translatorApi', settings);
