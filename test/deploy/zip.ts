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

/** An artifact of an application: its type, the name of its file and what is in it. */
export interface PartSource {
  readonly type: string;
  readonly file?: string;
  readonly content?: string | Uint8Array;
  /** Further files of its folder. */
  readonly more?: Readonly<Record<string, string | Uint8Array>>;
}

/** A `.car` file of these artifacts by their names, in version 1.0.0. */
export function carZip(
  name: string,
  parts: Readonly<Record<string, PartSource>>,
  more: Readonly<Record<string, string | Uint8Array>> = {},
): Uint8Array {
  const files: Record<string, string | Uint8Array> = {
    'artifacts.xml': `<artifacts><artifact name="${name}" version="1.0.0" type="carbon/application">${Object.keys(parts)
      .map(
        (part) => `\n<dependency artifact="${part}" version="1.0.0" include="true" serverRole="EnterpriseServiceBus"/>`,
      )
      .join('')}</artifact></artifacts>`,
    ...more,
  };
  for (const [part, { type, file = `${part}-1.0.0.xml`, content, more: others = {} }] of Object.entries(parts)) {
    const folder = `${part}_1.0.0`;
    files[`${folder}/artifact.xml`] =
      `<artifact name="${part}" version="1.0.0" type="${type}" serverRole="EnterpriseServiceBus"><file>${file}</file></artifact>`;
    if (content !== undefined) files[`${folder}/${file}`] = content;
    for (const [other, bytes] of Object.entries(others)) files[`${folder}/${other}`] = bytes;
  }
  return zip(files);
}
