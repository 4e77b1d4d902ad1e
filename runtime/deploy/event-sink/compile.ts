import path from 'node:path';
import { refuseCipherText } from '../../../mediators/cipher-text.js';
import type { CompileContext } from '../../configuration/context.js';
import type { ConfigElement } from '../../configuration/element.js';
import { ReceiverUrlError, readReceiverUrls } from '../../databridge/receiver-urls.js';
import { warnAboutChildren } from '../known-names.js';
import { EventSinkArtifact } from './event-sink.js';

const known: readonly string[] = ['receiverUrl', 'authenticatorUrl', 'username', 'userName', 'password'];

/**
 * Compiles an `<eventSink>` (mediators 12). The file names it, as in the reference; in `<definitions>` its attribute `name`.
 * Nothing is connected before the first event.
 * @throws ConfigurationError
 */
export function compileEventSink(element: ConfigElement, context: CompileContext): EventSinkArtifact {
  warnAboutChildren(element, known, context);
  const receivers = required(element, 'receiverUrl');
  const authenticators = element.element('authenticatorUrl');
  const user = required(element, element.element('userName') ? 'userName' : 'username').text.trim();
  const password = required(element, 'password');
  refuseCipherText(password, password.text.trim());
  const sink = new EventSinkArtifact({
    name: nameOf(element, context),
    groups: groupsOf(receivers, authenticators),
    user,
    password: password.text.trim(),
  });
  context.lifetime?.follow({ begin: () => {}, end: (environment) => sink.end(environment) });
  return sink;
}

function required(element: ConfigElement, name: string): ConfigElement {
  const child = element.element(name);
  if (child?.text.trim()) return child;
  return (child ?? element).fail('missing-element', `<eventSink> needs a <${name}> that is not empty`, {
    hint: `add <${name}>…</${name}>`,
  });
}

function groupsOf(receivers: ConfigElement, authenticators: ConfigElement | undefined) {
  try {
    return readReceiverUrls(receivers.text.trim(), authenticators?.text);
  } catch (error) {
    if (!(error instanceof ReceiverUrlError)) throw error;
    return receivers.fail('invalid-url', error.message, {
      hint: 'e.g. tcp://host:7611, with ssl://host:7711 as <authenticatorUrl>',
    });
  }
}

function nameOf(element: ConfigElement, context: CompileContext): string {
  const given = element.attribute('name');
  const { file } = element.problem('', '');
  const isPart = element.node.parentNode !== element.node.ownerDocument;
  if (isPart) return given || element.fail('missing-attribute', 'An event sink in <definitions> needs a name');
  const name = path.basename(file).replace(/\.[^.]*$/, '');
  if (given !== undefined && given !== name) {
    const text = `An event sink has the name of its file, ${name}; name="${given}" has no effect`;
    context.report(element.problem('name-without-effect', text, { severity: 'warning', attribute: 'name' }));
  }
  return name;
}
