/** What `run`, traces and unit tests observe. Absent on ordinary traffic, so that it costs nothing there. */
export interface Recorder<Flow> {
  /** Called before each mediator; the returned function is called after it. */
  step(message: Flow, mediator: string, line: number, artifact: string): (note?: string) => void;
  call(call: RecordedCall): void;
  log(level: string, text: string): void;
  /** A text that must not be shown, wherever it turns up. */
  secret?(text: string): void;
}

export interface RecordedCall {
  method: string;
  url: string;
  requestHeaders: Record<string, string>;
  requestBody: string;
  status?: number;
  responseHeaders?: Record<string, string>;
  responseBody?: string;
  /** Milliseconds. */
  ms: number;
  error?: string;
}
