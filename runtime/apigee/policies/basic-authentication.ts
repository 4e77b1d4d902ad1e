import type { ConfigElement } from '../../configuration/element.js';
import { basicHeader, parseBasic } from '../../transport/basic-credentials.js';
import { attributeText, childBoolean, childText, showsContent, textIn } from '../configured.js';
import { PolicyFault } from '../fault.js';
import type { FlowContext } from '../flow-context.js';
import { type CompiledPolicy, definePolicy } from '../policy.js';
import { resolvedText } from '../template.js';
import { textOf } from '../value.js';

/**
 * ```xml
 * <BasicAuthentication name="basic">
 *   <Operation>Encode</Operation> | <Operation>Decode</Operation>
 *   <User ref="request.queryparam.user"/> <Password ref="request.queryparam.password"/>
 *   <AssignTo createNew="false">request.header.Authorization</AssignTo>
 *   <Source>request.header.Authorization</Source>
 *   <IgnoreUnresolvedVariables>false</IgnoreUnresolvedVariables>
 * </BasicAuthentication>
 * ```
 *
 * Makes the value of an Authorization header from a user and a password, or takes them out of one
 * (api-management 2.6).
 */
export const basicAuthentication = definePolicy({
  element: 'BasicAuthentication',
  summary: 'Writes or reads Basic credentials.',
  children: ['Operation', 'User', 'Password', 'AssignTo', 'Source', 'IgnoreUnresolvedVariables'],
  compile(element) {
    const operation = childText(element, 'Operation')?.toLowerCase();
    if (operation === 'encode') return compileEncode(element);
    if (operation === 'decode') return compileDecode(element);
    return (element.element('Operation') ?? element).fail('bad-value', 'BasicAuthentication needs an <Operation>', {
      hint: 'Encode or Decode',
    });
  },
});

function variableOf(element: ConfigElement, name: string): string {
  const child = element.element(name);
  return (
    attributeText(child, 'ref') ??
    (child ?? element).fail('missing-attribute', `BasicAuthentication needs <${name} ref="…"/>`, {
      hint: 'name a variable',
    })
  );
}

function compileEncode(element: ConfigElement): CompiledPolicy {
  const user = variableOf(element, 'User');
  const password = variableOf(element, 'Password');
  const target =
    textIn(element.element('AssignTo')) ?? element.fail('missing-element', 'BasicAuthentication needs an <AssignTo>');
  const ignore = childBoolean(element, 'IgnoreUnresolvedVariables', false);
  const createNew = attributeText(element.element('AssignTo'), 'createNew')?.toLowerCase() === 'true';
  return {
    contentAware: [user, password].some(showsContent),
    run(flow) {
      const credentials = basicHeader(resolvedText(flow, user, ignore), resolvedText(flow, password, ignore));
      // Without createNew only an unset variable is written.
      if (!createNew && textOf(flow.get(target))) return;
      flow.set(target, credentials);
    },
  };
}

function compileDecode(element: ConfigElement): CompiledPolicy {
  const user = variableOf(element, 'User');
  const password = variableOf(element, 'Password');
  const source = textIn(element.element('Source')) ?? 'request.header.Authorization';
  const ignore = childBoolean(element, 'IgnoreUnresolvedVariables', false);
  return {
    contentAware: showsContent(source),
    run(flow: FlowContext) {
      const text = resolvedText(flow, source, ignore);
      const encoded = /^basic\s+([A-Za-z0-9+/_=-]+)\s*$/i.exec(text)?.[1];
      const credentials = encoded === undefined ? undefined : parseBasic(encoded);
      if (!credentials) {
        if (ignore && text === '') return;
        const code = 'steps.basicauthentication.InvalidBasicAuthenticationSource';
        throw new PolicyFault({ code, text: `Source variable ${source} holds no Basic credentials` });
      }
      flow.set(user, credentials[0]);
      flow.set(password, credentials[1]);
    },
  };
}
