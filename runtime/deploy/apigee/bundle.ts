import type { Resource } from '../../apigee/policy.js';
import type { ConfigElement } from '../../configuration/element.js';
import { parseConfiguration } from '../../configuration/parse.js';
import { ConfigurationError, type Problem } from '../../configuration/problem.js';
import type { BundleFiles } from './bundle-files.js';

/** A policy file of a bundle. */
export interface PolicyFile {
  /** The `name` attribute, else the stem of the file. */
  readonly name: string;
  /** Name of the file, with its extension. */
  readonly fileName: string;
  readonly element: ConfigElement;
}

/** The parsed XML files of a bundle, and its resources. */
export class Bundle {
  readonly policies: readonly PolicyFile[];
  readonly proxies: readonly ConfigElement[];
  readonly targets: readonly ConfigElement[];
  readonly sharedFlows: readonly ConfigElement[];
  readonly #source: BundleFiles;

  /** @param problems takes what cannot be parsed */
  constructor(
    source: BundleFiles,
    private readonly problems: Problem[],
  ) {
    this.#source = source;
    this.policies = this.#parse('policies').map((element) => policyFile(element));
    this.proxies = this.#parse('proxies');
    this.targets = this.#parse('targets');
    this.sharedFlows = this.#parse('sharedflows');
  }

  /**
   * The policy that a step names: by its name, else by its file's stem, else by its file's name
   * (api-management 2.1).
   */
  policy(name: string): PolicyFile | undefined {
    return (
      this.policies.find((policy) => policy.name === name) ??
      this.policies.find((policy) => stemOf(policy.fileName) === name) ??
      this.policies.find((policy) => policy.fileName === name)
    );
  }

  /** @throws ConfigurationError at `element` when the bundle has no such file */
  resource(url: string, element: ConfigElement): Resource {
    const [, type, name] = /^([a-z]+):\/\/(.+)$/i.exec(url.trim()) ?? [];
    if (type === undefined || name === undefined) {
      return element.fail('bad-value', `"${url}" is no resource URL`, { hint: 'write it as jsc://file.js' });
    }
    const path = `resources/${type.toLowerCase()}/${name}`;
    const bytes = this.#source.files.get(path);
    if (!bytes) {
      return element.fail('missing-resource', `The bundle has no file ${this.#source.kind}/${path}`);
    }
    return {
      path: `${this.#source.kind}/${path}`,
      bytes,
      get text() {
        return Buffer.from(bytes)
          .toString('utf8')
          .replace(/^\ufeff/, '');
      },
    };
  }

  #parse(folder: string): ConfigElement[] {
    const found: ConfigElement[] = [];
    for (const [name, bytes] of [...this.#source.files].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (!name.startsWith(`${folder}/`) || !name.toLowerCase().endsWith('.xml')) continue;
      try {
        found.push(parseConfiguration(Buffer.from(bytes).toString('utf8'), `${this.#source.kind}/${name}`));
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        this.problems.push(error.problem);
      }
    }
    return found;
  }
}

function policyFile(element: ConfigElement): PolicyFile {
  const fileName = element.file.slice(element.file.lastIndexOf('/') + 1);
  return { name: element.attribute('name')?.trim() || stemOf(fileName), fileName, element };
}

function stemOf(fileName: string): string {
  return fileName.replace(/\.xml$/i, '');
}
