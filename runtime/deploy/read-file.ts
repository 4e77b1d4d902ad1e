import { readFileSync } from 'node:fs';
import { type ApplicationOptions, readApplication } from './application/application.js';
import type { Compilation } from './compile-artifact.js';
import { fileProblem } from './compiler.js';
import { readConnector } from './read-connector.js';

/**
 * Reads a file of a deploy folder and compiles what is in it: an XML file, the zip of a connector, or an application.
 * What goes wrong is among the problems.
 */
export function readArtifactFile(file: string, around: ApplicationOptions): Compilation {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    return { artifacts: [], problems: [fileProblem(file, 'unreadable-file', (error as Error).message)] };
  }
  const { compiler } = around;
  if (file.endsWith('.car')) return readApplication(bytes, file, around);
  if (file.endsWith('.zip')) return readConnector(bytes, file, { compiler, isShared: isOfProject(file) });
  return compiler.compile(bytes.toString('utf8'), file);
}

/** A connector of an MI project needs no import: the application that is made of the project imports it. */
const isOfProject = (file: string): boolean => /[\\/]wso2mi[\\/]resources[\\/]connectors[\\/][^\\/]+$/.test(file);
