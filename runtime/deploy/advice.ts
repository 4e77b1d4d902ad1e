import type { ConfigElement } from '../configuration/element.js';
import { parseConfiguration } from '../configuration/parse.js';
import { ConfigurationError, type Problem } from '../configuration/problem.js';
import { convertibleFlows } from './convert.js';

/**
 * Warnings about token sequences that deploy but will disappoint: a placeholder left in, the token answer not checked,
 * a body that an XML caller would lose, and a token fetched by hand that has a native form (api-management 4.1, edge
 * cases).
 */
export function adviseOn(xml: string, file: string): Problem[] {
  let root: ConfigElement;
  try {
    root = parseConfiguration(xml, file);
  } catch (error) {
    if (error instanceof ConfigurationError) return [];
    throw error;
  }
  const ofSequences = root.localName === 'sequence' ? [...placeholders(root), ...tokenFlow(root)] : [];
  return [...ofSequences, ...tokensByHand(root)];
}

/** The published token sequence in either form: what it does is built in. */
function tokensByHand(root: ConfigElement): Problem[] {
  return convertibleFlows(root).flatMap(({ flow: { cached, mediators } }) => {
    const message = cached
      ? 'These mediators keep an access token in the registry, as plain text, for a fixed time whatever the server says'
      : 'These mediators fetch an access token for each message';
    const hint =
      'the command "mediant convert" writes the native form: one call serves all messages until the token ends, and a 401 is met with a new token';
    return mediators[0]?.problem('token-by-hand', message, { severity: 'warning', hint }) ?? [];
  });
}

function* descendants(element: ConfigElement): Generator<ConfigElement> {
  yield element;
  for (const child of element.elements()) yield* descendants(child);
}

/** `{base64encoded(clientKey:clientSecret)}` of the published page, sent as it stands. */
function placeholders(root: ConfigElement): Problem[] {
  return [...descendants(root)].flatMap((element) =>
    element.attributes().flatMap(({ name, value }) => {
      if (!/\{base64encoded\(/i.test(value)) return [];
      return element.problem(
        'unresolved-placeholder',
        `The placeholder ${value} was not replaced; it is sent as it stands`,
        {
          attribute: name,
          severity: 'warning',
          hint: 'replace it by the base64 text of clientKey:clientSecret, without braces',
        },
      );
    }),
  );
}

/** A blocking call whose answer's token is read: is its status looked at, is the body restored for every caller? */
function tokenFlow(root: ConfigElement): Problem[] {
  const all = [...descendants(root)];
  const call = all.findIndex((element) => element.localName === 'call' && element.attribute('blocking') === 'true');
  const token = all.findIndex((element, index) => index > call && readsToken(element));
  if (call < 0 || token < 0) return [];
  const problems: Problem[] = [];
  const later = all.slice(token + 1);
  if (!all.slice(call).some(checksAnswer)) {
    problems.push(
      (all[token] as ConfigElement).problem(
        'unchecked-token-answer',
        'The answer of the token call is not checked: when it holds no token, an empty one is sent',
        { severity: 'warning', hint: 'put a <filter> on the token (or on axis2 HTTP_SC) behind the call' },
      ),
    );
  }
  const restored = later.find((element) => restoresAsJson(element, all.slice(0, call)));
  if (restored) {
    problems.push(
      restored.problem(
        'body-becomes-json',
        'The body is restored as JSON: an XML or form request reaches the backend as JSON',
        {
          severity: 'warning',
          hint: 'use this flow for JSON APIs only, or let the endpoint security of the API fetch the token',
        },
      ),
    );
  }
  return problems;
}

function readsToken(element: ConfigElement): boolean {
  return element.localName === 'property' && /access_token/.test(element.attribute('expression') ?? '');
}

function checksAnswer(element: ConfigElement): boolean {
  if (element.localName !== 'filter' && element.localName !== 'switch') return false;
  const test = `${element.attribute('xpath') ?? ''}${element.attribute('source') ?? ''}`;
  return /HTTP_SC|access.?token/i.test(test);
}

/** A JSON payloadFactory that inserts a property which an earlier step filled from `json-eval($)`. */
function restoresAsJson(element: ConfigElement, before: readonly ConfigElement[]): boolean {
  if (element.localName !== 'payloadFactory' || element.attribute('media-type') !== 'json') return false;
  const kept = before.filter(
    (step) => step.localName === 'property' && step.attribute('expression') === 'json-eval($)',
  );
  const argument =
    [...descendants(element)].find(({ localName }) => localName === 'arg')?.attribute('expression') ?? '';
  return kept.some((step) => argument.includes(`'${step.attribute('name')}'`));
}
