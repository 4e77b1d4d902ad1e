import type { Element } from '@xmldom/xmldom';
import { stepList } from '../../../mediators/list.js';
import { ConfigElement } from '../../configuration/element.js';
import { ConfigurationError, type Problem } from '../../configuration/problem.js';
import { Fault } from '../../message/fault.js';
import type { Mediate } from '../../message/message.js';
import { type CompileSettings, createCompileContext } from '../compile-context.js';
import { compileConnectorOperation, type MediatorCatalogue } from '../compile-list.js';

/**
 * Compiles the init operation in a local entry, which runs before every operation that names the entry as its
 * `configKey` (mediators 8.2).
 * @throws Fault when the entry holds none that can run
 */
export function compileConnection(
  key: string,
  content: Element,
  catalogue: MediatorCatalogue,
  settings: CompileSettings,
): Mediate {
  const artifact = `localEntry:${key}`;
  const problems: Problem[] = [];
  const context = createCompileContext(artifact, catalogue, problems, settings);
  const element = new ConfigElement(content, key, undefined);
  try {
    const step = compileConnectorOperation(element, context, catalogue, key);
    return stepList([{ ...step, mediator: element.localName, line: element.line }], artifact).mediate;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new Fault(`The local entry ${key} is no connection: ${error.problem.message}`, { cause: error });
  }
}
