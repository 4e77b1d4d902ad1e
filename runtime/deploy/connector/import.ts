import type { ConfigElement } from '../../configuration/element.js';

/** An `<import>`: makes the operations of a deployed connector known (mediators 2.1). */
export interface ConnectorImport {
  /** `{package}connector`, the name of the connector that is imported. */
  readonly name: string;
  readonly isEnabled: boolean;
}

/** Compiles `<import name="connector" package="…" status="enabled"/>`. */
export function compileImport(element: ConfigElement): ConnectorImport {
  const connector =
    element.attribute('name') || element.fail('missing-attribute', 'An import needs the connector name');
  const packageName = element.attribute('package') || element.fail('missing-attribute', 'An import needs a package');
  return { name: importName(packageName, connector), isEnabled: element.attribute('status') !== 'disabled' };
}

export const importName = (packageName: string, connector: string): string => `{${packageName}}${connector}`;
