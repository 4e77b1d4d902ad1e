import type { ConfigElement } from '../../../configuration/element.js';
import { parseConfiguration } from '../../../configuration/parse.js';
import { ConfigurationError } from '../../../configuration/problem.js';
import type { BundleKind } from '../../../store/apigee-schema.js';
import { badRequest } from './error.js';

/** A policy, an endpoint or a shared flow of a bundle: the name by which flows refer to it, and its file. */
export interface BundlePart {
  readonly name: string;
  /** Path below the bundle's folder. */
  readonly file: string;
}

/** What the management calls tell about a revision without reading its zip again. */
export interface BundleSummary {
  readonly displayName: string;
  readonly description: string;
  readonly basePaths: readonly string[];
  readonly policies: readonly BundlePart[];
  readonly proxies: readonly BundlePart[];
  readonly targets: readonly BundlePart[];
  readonly sharedflows: readonly BundlePart[];
  readonly resources: readonly { readonly type: string; readonly name: string }[];
}

/** Folders of parts, which are XML files. */
export type PartFolder = 'policies' | 'proxies' | 'targets' | 'sharedflows';

/**
 * Reads what a bundle consists of. References between its parts are looked at when it is deployed.
 * @throws ApigeeError 400 that names file, line and column of XML that is not well-formed
 */
export function summarize(kind: BundleKind, files: ReadonlyMap<string, Uint8Array>): BundleSummary {
  const manifest = manifestOf(kind, files);
  const text = (name: string) => manifest?.element(name)?.text.trim() ?? '';
  const proxies = partsOf(files, 'proxies');
  return {
    displayName: text('DisplayName'),
    description: text('Description'),
    basePaths: proxies.flatMap(({ root }) => basePathOf(root)),
    policies: named(partsOf(files, 'policies')),
    proxies: named(proxies),
    targets: named(partsOf(files, 'targets')),
    sharedflows: named(partsOf(files, 'sharedflows')),
    resources: resourcesOf(files),
  };
}

/** The part that a name means: its name, else its file with or without `.xml` (api-management 2.1). */
export function findPart(parts: readonly BundlePart[], name: string): BundlePart | undefined {
  const fileName = ({ file }: BundlePart) => file.slice(file.lastIndexOf('/') + 1);
  return (
    parts.find((part) => part.name === name) ??
    parts.find((part) => fileName(part) === `${name}.xml` || fileName(part) === name)
  );
}

/** XML of a bundle or of a body. @throws ApigeeError 400 with file, line and column */
export function parseGivenXml(text: string, file: string): ConfigElement {
  try {
    return parseConfiguration(text, file);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const { line, column, message } = error.problem;
    throw badRequest(`${file}:${line}:${column} ${message}`);
  }
}

function manifestOf(kind: BundleKind, files: ReadonlyMap<string, Uint8Array>): ConfigElement | undefined {
  const wanted = kind === 'apiproxy' ? 'APIProxy' : 'SharedFlowBundle';
  for (const [file, bytes] of files) {
    if (!/^[^/]+\.xml$/i.test(file)) continue;
    const root = parseGivenXml(textOf(bytes), file);
    if (root.localName === wanted) return root;
  }
  return undefined;
}

function partsOf(files: ReadonlyMap<string, Uint8Array>, folder: PartFolder): (BundlePart & { root: ConfigElement })[] {
  const inFolder = [...files].filter(([file]) => file.startsWith(`${folder}/`) && /^[^/]+\/[^/]+\.xml$/i.test(file));
  return inFolder
    .map(([file, bytes]) => {
      const root = parseGivenXml(textOf(bytes), file);
      const stem = file.slice(folder.length + 1).replace(/\.xml$/i, '');
      return { name: root.attribute('name')?.trim() || stem, file, root };
    })
    .sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
}

function named(parts: readonly BundlePart[]): BundlePart[] {
  return parts.map(({ name, file }) => ({ name, file }));
}

function basePathOf(proxy: ConfigElement): string[] {
  const connection = proxy.element('HTTPProxyConnection');
  return connection === undefined ? [] : [connection.element('BasePath')?.text.trim() || '/'];
}

/** `resources/jsc/hello.js` is the resource hello.js of type jsc. */
function resourcesOf(files: ReadonlyMap<string, Uint8Array>): { type: string; name: string }[] {
  return [...files.keys()].flatMap((file) => {
    const [, type, name] = /^resources\/([^/]+)\/(.+)$/.exec(file) ?? [];
    return type === undefined || name === undefined ? [] : [{ type, name }];
  });
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
