/** An operation of a connector, as a sequence that uses it sees it (mediators 8.2). */
export interface Operation {
  /** Name of its template: package, connector and operation, with dots between. */
  readonly target: string;
  /** Names of the parameters that its template declares. */
  readonly parameters: readonly string[];
  /** Why it cannot run here, and the way out; undefined when it can. */
  readonly obstacle: { readonly reason: string; readonly hint: string | undefined } | undefined;
}

/** The operations of the connectors that are deployed and imported. */
export interface Operations {
  /** The operation of this element's local name, e.g. `email.send`. */
  find(name: string): Operation | undefined;
  /** What to do about a name that {@link find} does not know. */
  hint(name: string): string;
}

/** Where there are no connectors: a check of one file. */
export const noOperations: Operations = {
  find: () => undefined,
  hint: (name) => missingConnector(name.split('.')[0] ?? name),
};

/** The hint for an operation whose connector is not there. */
export function missingConnector(connector: string): string {
  return `it reads as an operation of the connector "${connector}", which is not deployed: put its zip into synapse-libs and import it, call the service with <call>, or write the operation as a <template> for <call-template>`;
}
