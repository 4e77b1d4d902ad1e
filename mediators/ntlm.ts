import { keepCredentials, NtlmCredentials } from '../runtime/endpoint/ntlm.js';
import { dynamicAttribute } from './attribute.js';
import { defineMediator } from './mediator.js';

/**
 * `<NTLM username="…" password="…" domain="…" host="…" ntlmVersion="v1|v2"/>`
 *
 * Keeps NTLM credentials for the blocking calls behind it: those of `<call blocking="true">` and `<callout>` with
 * `initAxis2ClientOptions="false"` (mediators 9.6). With `host`, they go to that host alone. Each value is a text or an
 * `{expression}`, e.g. `{wso2:vault-lookup('alias')}` for the password.
 */
export const ntlm = defineMediator({
  name: 'NTLM',
  summary: 'Keeps NTLM credentials for the blocking calls behind it.',
  attributes: {
    username: { description: 'User; a text or {expression}.' },
    password: { description: 'Password; a text or {expression}.' },
    domain: { description: 'Domain of the user; a text or {expression}.' },
    host: { description: 'Host that may get the credentials, and name of the workstation; a text or {expression}.' },
    ntlmVersion: { description: '`v2`, or else NTLMv1; a text or {expression}.', default: 'v1' },
  },
  compile(element) {
    const [username, password, domain, host, version] = (
      ['username', 'password', 'domain', 'host', 'ntlmVersion'] as const
    ).map((name) => (element.attribute(name) === undefined ? undefined : dynamicAttribute(element, name)));
    return {
      contentAware: true,
      mediate(message) {
        const login = {
          user: username?.evaluate(message) ?? '',
          domain: domain?.evaluate(message) ?? '',
          version: version?.evaluate(message)?.toLowerCase() === 'v2' ? ('v2' as const) : ('v1' as const),
        };
        const scope = host?.evaluate(message) || undefined;
        keepCredentials(message, new NtlmCredentials(login, password?.evaluate(message) ?? '', scope));
        return true;
      },
    };
  },
});
