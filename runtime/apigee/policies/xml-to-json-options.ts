import type { ConfigElement } from '../../configuration/element.js';
import { childBoolean, childText } from '../configured.js';

/** How XML becomes JSON (api-management 2.6, XMLToJSON). */
export interface XmlToJsonOptions {
  /** Member for the text of an element that has more than text. */
  readonly textName: string;
  /** A text is always a member of that name. */
  readonly textAlways: boolean;
  readonly attributePrefix: string;
  /** Member that holds the attributes; undefined: they stand beside the children. */
  readonly attributeBlock: string | undefined;
  /** Member that holds the namespace declarations; undefined: they are left out. */
  readonly namespaceBlock: string | undefined;
  readonly defaultNamespaceName: string;
  readonly namespaceSeparator: string;
  readonly recognizeNumber: boolean;
  readonly recognizeBoolean: boolean;
  readonly recognizeNull: boolean;
  /** Levels of single root elements that are left out. */
  readonly stripLevels: number;
  /** Paths of elements that are arrays even when there is one. */
  readonly arrays: readonly { readonly path: readonly string[]; readonly unwrap: boolean }[];
  readonly outputPrefix: string;
  readonly outputSuffix: string;
}

const plain: XmlToJsonOptions = {
  textName: '#text',
  textAlways: false,
  attributePrefix: '@',
  attributeBlock: undefined,
  namespaceBlock: undefined,
  defaultNamespaceName: '$default',
  namespaceSeparator: ':',
  recognizeNumber: false,
  recognizeBoolean: false,
  recognizeNull: false,
  stripLevels: 0,
  arrays: [],
  outputPrefix: '',
  outputSuffix: '',
};

/** Conventions by the name that `<Format>` takes. */
const formats: Readonly<Record<string, XmlToJsonOptions>> = {
  'xml.com': { ...plain, recognizeNull: true },
  yahoo: { ...plain, textName: 'content', attributePrefix: '', recognizeNumber: true },
  google: { ...plain, textName: '$t', textAlways: true, attributePrefix: '', namespaceSeparator: '$' },
  badgerfish: {
    ...plain,
    textName: '$',
    textAlways: true,
    namespaceBlock: '@xmlns',
    defaultNamespaceName: '$',
  },
};

/** @throws ConfigurationError for an unknown format or a broken value */
export function readXmlToJsonOptions(element: ConfigElement): XmlToJsonOptions {
  const format = childText(element, 'Format');
  const options = element.element('Options');
  if (format !== undefined) {
    const known = formats[format.toLowerCase()];
    if (known) return known;
    return (element.element('Format') ?? element).fail('bad-value', `XMLToJSON knows no format ${format}`, {
      hint: 'yahoo, google, xml.com or badgerFish',
    });
  }
  if (!options) return plain;
  const text = (name: string) => childText(options, name);
  return {
    textName: text('TextNodeName') ?? plain.textName,
    textAlways: childBoolean(options, 'TextAlwaysAsProperty', false),
    attributePrefix: text('AttributePrefix') ?? plain.attributePrefix,
    attributeBlock: text('AttributeBlockName'),
    namespaceBlock: text('NamespaceBlockName'),
    defaultNamespaceName: text('DefaultNamespaceNodeName') ?? plain.defaultNamespaceName,
    namespaceSeparator: text('NamespaceSeparator') ?? plain.namespaceSeparator,
    recognizeNumber: childBoolean(options, 'RecognizeNumber', false),
    recognizeBoolean: childBoolean(options, 'RecognizeBoolean', false),
    recognizeNull: childBoolean(options, 'RecognizeNull', false),
    stripLevels: Number(text('StripLevels') ?? 0),
    arrays: (options.element('TreatAsArray')?.elements() ?? []).map((path) => ({
      path: path.text.trim().split('/').filter(Boolean),
      unwrap: path.attribute('unwrap')?.toLowerCase() === 'true',
    })),
    outputPrefix: text('OutputPrefix') ?? '',
    outputSuffix: text('OutputSuffix') ?? '',
  };
}
