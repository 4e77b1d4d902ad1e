export type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';

export interface LogContext {
  artifact?: string;
  correlationId?: string;
}

/** `logger` is the field's short class name that users know from their logs, e.g. `LogMediator`. */
export interface Logger {
  enabled(level: LogLevel): boolean;
  log(level: LogLevel, logger: string, text: string, context?: LogContext): void;
  /** Writes out what was gathered to be written together. */
  flush?(): void;
}
