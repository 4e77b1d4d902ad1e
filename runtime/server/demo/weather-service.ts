import { type LocalServer, listen } from './local-server.js';

const feed = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:yweather="http://xml.weather.example.com/ns/rss/1.0"><channel>
<title>Weather - Palo Alto, CA</title>
<yweather:location city="Palo Alto" region="CA" country="United States"/>
<item><title>Conditions for Palo Alto, CA</title><yweather:condition text="Fair" temp="63"/></item>
</channel></rss>`;

/** The backend of Apigee's tutorial: whoever calls it gets the weather as RSS. */
export function startWeatherService(): Promise<LocalServer> {
  return listen(async (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/rss+xml; charset=utf-8' }).end(feed);
  });
}
