import type { Platform, default as Saxon, SefNode } from 'saxon-js';

/** A compiled stylesheet. */
export interface Stylesheet {
  /** The output method is text. */
  readonly isText: boolean;
  /**
   * Transforms a document given as text; the result as text, too.
   * @param parameters by name, `local` or `{namespace}local`
   * @param read what `document()` and `unparsed-text()` may read; it throws for everything else
   * @throws Error with the engine's reason
   */
  transform(source: string, parameters: Readonly<Record<string, string>>, surroundings: Surroundings): string;
}

/** What a stylesheet sees of the world around it: nothing but what these give. */
export interface Surroundings {
  /** The text behind a location, undefined when there is none. */
  read(location: string): string | undefined;
  /** Receives the texts of `xsl:message`. */
  message(text: string): void;
}

export interface XsltEngine {
  /** Compiles an XSLT 1.0 to 3.0 stylesheet. @throws Error with the reason and the place in the stylesheet */
  compile(stylesheet: string, surroundings: Surroundings): Stylesheet;
}

/** Locations in stylesheets are relative to this. */
const BASE = 'entry:///';

let loading: Promise<XsltEngine> | undefined;

/** The XSLT engine, SaxonJS. It is loaded when the first stylesheet is needed, so that the server starts without it. */
export function loadXsltEngine(): Promise<XsltEngine> {
  loading ??= import('saxon-js').then(({ default: saxon }) => createEngine(saxon));
  return loading;
}

function createEngine(saxon: typeof Saxon): XsltEngine {
  const platform = saxon.getPlatform();
  const compiler = platform.resource('compiler');
  linkParents(compiler);
  const within = confine(saxon, platform);
  return {
    compile(text, surroundings) {
      const sef = within(surroundings, () => compile(saxon, compiler, text));
      return {
        isText: outputProperty(sef, 'method') === 'text',
        transform: (sourceText, parameters, around) =>
          within(around, () => {
            const stylesheetParams = expandedNames(parameters);
            const deliverMessage = (content: { textContent?: string }) => around.message(content.textContent ?? '');
            const options = { stylesheetInternal: sef, sourceText, stylesheetParams, deliverMessage };
            return saxon.transform({ ...options, destination: 'serialized' }).principalResult ?? '';
          }),
      };
    },
  };
}

/**
 * Keeps stylesheets away from files and the network: they read what the current surroundings give, and write nothing.
 * All work of the engine is synchronous, so that one variable tells whose work it is.
 */
function confine(saxon: typeof Saxon, platform: Platform) {
  let current: Surroundings | undefined;
  const refuse = (what: string): never => {
    throw new saxon.XError(`A stylesheet cannot ${what}`, 'SXSQ0001');
  };
  platform.readFile = (uri) => {
    const location = String(uri);
    const text = current?.read(location.startsWith(BASE) ? location.slice(BASE.length) : location);
    return text ?? refuse(`read ${location}: no <resource> and no entry has this name`);
  };
  platform.writeFileSync = (uri) => refuse(`write ${String(uri)}`);
  platform.writeFileAsync = async (uri) => refuse(`write ${String(uri)}`);
  platform.makeHttpRequest = async (uri) => refuse(`call ${String(uri)}`);
  platform.resourcePromise = async (uri) => refuse(`load ${String(uri)}`);
  // Traces of errors would go to the console; what matters is in the error.
  platform.saxonPrint = () => {};
  return <Result>(surroundings: Surroundings, work: () => Result): Result => {
    current = surroundings;
    try {
      return work();
    } finally {
      current = undefined;
    }
  };
}

/** Runs the compiler, a stylesheet itself, on the stylesheet, as the command line of the engine does. */
function compile(saxon: typeof Saxon, compiler: SefNode, text: string): SefNode {
  const stylesheet = Object.assign(saxon.getPlatform().parseXmlFromString(text), {
    _saxonBaseUri: `${BASE}stylesheet.xsl`,
  });
  const stylesheetParams = new saxon.XdmMap();
  const staticParameters = saxon.XS.QName.fromParts('', '', 'staticParameters');
  stylesheetParams.inSituPut(staticParameters, [new saxon.XdmMap()]);
  const options = saxon.checkOptions({
    stylesheetInternal: compiler,
    destination: 'application',
    initialMode: 'compile-complete',
    templateParams: { 'Q{}options': { noXPath: false } },
    tunnelParams: {},
    functionParams: {},
    stylesheetText: '',
    stylesheetParams,
    async: false,
  });
  saxon.internalTransform(compiler, stylesheet, options);
  const result = options.principalResult;
  const compiled = (Array.isArray(result) ? result[0] : result) as { firstChild: unknown };
  const sef = saxon.XPath.sefToJSON(compiled.firstChild, false);
  sef[CHECKSUM] = checksum(sef);
  return sef;
}

function linkParents(node: SefNode): void {
  for (const child of node.C ?? []) {
    child.parentNode = node;
    linkParents(child);
  }
}

const CHECKSUM = '\u03a3';
const SEF_NAMESPACE = 'http://ns.saxonica.com/xslt/export';

/** The checksum without which the engine does not run a compiled stylesheet. */
function checksum(root: SefNode): string {
  let sum = 0;
  let position = 0;
  const hash = (text: unknown, seed: number): number => {
    let code = seed << 8;
    const characters = String(text);
    for (let i = 0; i < characters.length; i++) code = (code << 1) + characters.charCodeAt(i);
    return code;
  };
  const add = (node: SefNode): void => {
    sum ^= hash(node.N, position) ^ hash(SEF_NAMESPACE, position);
    position++;
    for (const [name, value] of Object.entries(node)) {
      if (name === 'N' || name === 'C' || name === CHECKSUM) continue;
      sum ^= hash(name, position) ^ hash('', position) ^ hash(value, position);
    }
    for (const child of node.C ?? []) add(child);
    sum ^= 1;
  };
  add(root);
  return (sum < 0 ? 0xffffffff + sum + 1 : sum).toString(16);
}

function outputProperty(sef: SefNode, name: string): string | undefined {
  const output = sef.C?.find(({ N, name: own }) => N === 'output' && own === undefined);
  return output?.C?.find((property) => property.name === name)?.value;
}

/** `{namespace}local` as the engine writes it, `Q{namespace}local`. */
function expandedNames(parameters: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name.startsWith('{') ? `Q${name}` : name, value]),
  );
}
