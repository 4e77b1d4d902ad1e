import type { AccessToken, App, Credential, Product } from '../../runtime/apigee/organization.js';
import { MemoryOrganization } from './memory-organization.js';

/** An organisation with the tutorial's developer, app, key and product (api-management 4.2). */
export class TutorialOrganization extends MemoryOrganization {
  constructor(now?: () => number) {
    super(now);
    this.developers.push({
      id: 'dev-1',
      email: 'nikolai@example.com',
      firstName: 'Nikolai',
      lastName: 'Tesla',
      userName: 'nikolai',
      status: 'active',
      attributes: {},
    });
    this.apps.push({
      id: 'app-1',
      name: 'Weather App',
      developerEmail: 'nikolai@example.com',
      callbackUrl: 'https://app.example.com/callback',
      status: 'approved',
      attributes: { color: 'blue' },
      consumerKeys: ['key-1'],
    });
    this.credentials.set('key-1', {
      consumerKey: 'key-1',
      consumerSecret: 'secret-1',
      status: 'approved',
      expiresAt: -1,
      appId: 'app-1',
      products: [{ name: 'PremiumWeatherAPI', status: 'approved' }],
      attributes: {},
    });
    this.products.set('PremiumWeatherAPI', {
      name: 'PremiumWeatherAPI',
      displayName: 'Premium Weather API',
      description: '',
      approvalType: 'auto',
      apiResources: [],
      proxies: [],
      environments: [],
      scopes: ['READ', 'WRITE'],
      quota: '10',
      quotaInterval: '2',
      quotaTimeUnit: 'hour',
      attributes: {},
    });
  }

  changeKey(change: Partial<Credential>): void {
    this.credentials.set('key-1', { ...(this.credential('key-1') as Credential), ...change });
  }

  changeProduct(change: Partial<Product>): void {
    this.products.set('PremiumWeatherAPI', { ...(this.product('PremiumWeatherAPI') as Product), ...change });
  }

  changeApp(change: Partial<App>): void {
    this.apps[0] = { ...(this.apps[0] as App), ...change };
  }

  /** A token that was stored. */
  token(text: string): AccessToken | undefined {
    return this.tokens.all.findLast(({ accessToken }) => accessToken === text);
  }

  changeToken(text: string, change: Partial<AccessToken>): void {
    const index = this.tokens.all.findIndex(({ accessToken }) => accessToken === text);
    this.tokens.all[index] = { ...(this.tokens.all[index] as AccessToken), ...change };
  }
}
