/** The parts of SaxonJS that the xslt mediators use; the package has no types of its own. */
declare module 'saxon-js' {
  /** A compiled stylesheet or a part of one: the tree of a Stylesheet Export File. */
  export interface SefNode {
    N: string;
    name?: string;
    value?: string;
    C?: SefNode[];
    [property: string]: unknown;
  }

  export interface TransformOptions {
    stylesheetInternal: SefNode;
    sourceText?: string;
    destination: string;
    stylesheetParams?: unknown;
    templateParams?: Record<string, unknown>;
    tunnelParams?: Record<string, unknown>;
    functionParams?: Record<string, unknown>;
    stylesheetText?: string;
    initialMode?: string;
    async?: boolean;
    deliverMessage?: (content: { textContent?: string }, terminate: boolean) => void;
  }

  /** How the engine reaches the world around it. */
  export interface Platform {
    parseXmlFromString(text: string): object;
    resource(name: string): SefNode;
    readFile(uri: string): string;
    writeFileSync(uri: string, text: string): void;
    writeFileAsync(uri: string, text: string): Promise<void>;
    makeHttpRequest(uri: string): Promise<never>;
    resourcePromise(uri: string): Promise<never>;
    saxonPrint(text: string): void;
  }

  interface SaxonJs {
    getPlatform(): Platform;
    checkOptions(options: TransformOptions): { principalResult?: unknown };
    internalTransform(stylesheet: SefNode, source: object, options: object): unknown;
    transform(options: TransformOptions): { principalResult: string | null };
    XdmMap: new () => { inSituPut(name: unknown, value: unknown[]): void };
    XError: new (message: string, code: string) => Error;
    XS: { QName: { fromParts(prefix: string, uri: string, local: string): unknown } };
    XPath: { sefToJSON(element: unknown, relocatable: boolean): SefNode };
  }

  const saxon: SaxonJs;
  // biome-ignore lint/style/noDefaultExport: so the package exports it
  export default saxon;
}
