/** What happened to the tokens of one owner since the start. */
export interface Counters {
  /** Calls to the token endpoint, each attempt, that brought a token. */
  fetched: number;
  /** Calls to the token endpoint that did not. */
  failed: number;
  /** Requests that found a token kept here. */
  hits: number;
  /** Tokens that another node had fetched. */
  shared: number;
  /** Requests that waited for a call which another one had begun. */
  waits: number;
  /** Requests that got no token. */
  refused: number;
  /** Calls begun beside the traffic, before the token ended. */
  refreshes: number;
  /** Tokens dropped because the backend answered 401 to them. */
  purges: number;
}

export function newCounters(): Counters {
  return { fetched: 0, failed: 0, hits: 0, shared: 0, waits: 0, refused: 0, refreshes: 0, purges: 0 };
}
