import { strToU8, zipSync } from 'fflate';

/** A zip archive of texts and bytes by their paths. */
export function zip(files: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  return zipSync(
    Object.fromEntries(
      Object.entries(files).map(([name, content]) => [name, typeof content === 'string' ? strToU8(content) : content]),
    ),
  );
}

/** Operations of a connector: the `<parameter>` elements, and the mediators of the template. */
export type OperationXml = readonly [parameters: string, mediators: string];

/** The zip of a connector whose operations are templates, all in one component. */
export function connectorZip(
  name: string,
  operations: Readonly<Record<string, OperationXml>>,
  more: Readonly<Record<string, string>> = {},
): Uint8Array {
  const names = Object.keys(operations);
  const parts = names.map((one) => `<component name="${one}"><file>${one}.xml</file></component>`).join('');
  const templates = names.map((one) => {
    const [parameters, mediators] = operations[one] as OperationXml;
    const template = `<template xmlns="http://ws.apache.org/ns/synapse" name="${one}">\n${parameters}\n<sequence>${mediators}</sequence></template>`;
    return [`all/${one}.xml`, template];
  });
  return zip({
    'connector.xml': `<connector><component name="${name}" package="com.example"><dependency component="all"/></component></connector>`,
    'all/component.xml': `<component name="all" type="synapse/template"><subComponents>${parts}</subComponents></component>`,
    ...Object.fromEntries(templates),
    ...more,
  });
}

export const importXml = (name: string, status = 'enabled'): string =>
  `<import xmlns="http://ws.apache.org/ns/synapse" name="${name}" package="com.example" status="${status}"/>`;
