/** What a local entry holds: text, or an XML element. */
export type EntryValue = string | import('@xmldom/xmldom').Element;

export interface RegistryResource {
  readonly mediaType: string | undefined;
  /** Bytes of the resource; text is UTF-8. */
  readonly content: Uint8Array;
  readonly properties: ReadonlyMap<string, string>;
}

/** The registry (artifacts 2.4). Keys are as written: `conf:/x`, `gov:/x`, `local:/x`, `resources:x`, `x`. */
export interface Registry {
  get(key: string): RegistryResource | undefined;
  /** Creates or overwrites a resource; resolves once it is durable. */
  put(key: string, content: string | Uint8Array, options?: { mediaType?: string }): void;
  setProperty(key: string, name: string, value: string): void;
}
