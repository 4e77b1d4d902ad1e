import pino from 'pino';
import type { LogContext, Logger, LogLevel } from '../message/logger.js';
import { LineBuffer } from './line-buffer.js';
import { redact } from './redact.js';

/** The levels and their weight; a logger writes what weighs as much as its level or more. */
const weights: Record<LogLevel, number> = { TRACE: 10, DEBUG: 20, INFO: 30, WARN: 40, ERROR: 50, FATAL: 60 };

/** What the server writes on stdout: one line an event (product 3, artifacts 6.5). */
export interface Log extends Logger {
  /** A line as it is, for what a person waits for: the ready line, a generated password. */
  print(line: string): void;
  /** Sets the level of one logger, or of all that have none of their own. */
  setLevel(level: LogLevel | 'OFF', logger?: string): void;
  level(logger?: string): LogLevel | 'OFF';
  /** Writes out what is buffered before it returns. */
  flush(): void;
}

/**
 * Texts of these loggers are written by a flow's author, with a `log` mediator, and stay whole (product 3); all others
 * are redacted.
 */
const authored = /^(?:LogMediator$|API_LOGGER\.|SERVICE_LOGGER\.)/;

type WriteLine = (level: LogLevel, logger: string, text: string, context: LogContext | undefined) => void;

/**
 * Opens the log.
 *
 * The lines of one turn of the event loop go out together at its end; when the process ends, on whatever way but
 * `kill -9`, what is left is written first.
 *
 * @param options.destination path or descriptor; default stdout
 */
export function openLog(options: { format: 'text' | 'json'; level: LogLevel; destination?: string | number }): Log {
  const lines = new LineBuffer(pino.destination({ dest: options.destination ?? 1, sync: true }));
  const write = options.format === 'text' ? textWriter(lines) : jsonWriter(lines);
  const levels = new Levels(options.level);
  return {
    enabled: (level) => weights[level] >= levels.lowest,
    log(level, logger, text, context) {
      if (weights[level] < levels.weight(logger)) return;
      write(level, logger, authored.test(logger) ? text : redact(text), context);
    },
    print(line) {
      lines.write(`${line}\n`);
    },
    setLevel: (level, logger) => levels.set(level, logger),
    level: (logger) => levels.get(logger),
    flush: () => lines.flush(),
  };
}

class Levels {
  readonly #own = new Map<string, LogLevel | 'OFF'>();
  #standard: LogLevel | 'OFF';
  /** Weight below which no logger writes. */
  lowest: number;

  constructor(standard: LogLevel) {
    this.#standard = standard;
    this.lowest = weightOf(standard);
  }

  weight(logger: string): number {
    return this.#own.size === 0 ? this.lowest : weightOf(this.get(logger));
  }

  get(logger?: string): LogLevel | 'OFF' {
    return (logger === undefined ? undefined : this.#own.get(logger)) ?? this.#standard;
  }

  set(level: LogLevel | 'OFF', logger?: string): void {
    if (logger === undefined) this.#standard = level;
    else this.#own.set(logger, level);
    this.lowest = Math.min(...[this.#standard, ...this.#own.values()].map(weightOf));
  }
}

function weightOf(level: LogLevel | 'OFF'): number {
  return level === 'OFF' ? Number.POSITIVE_INFINITY : weights[level];
}

/** `[2026-01-31 12:00:00,123]  INFO {LogMediator} - text`: Log4j's `[%d] %5p {%c{1}} - %m` in local time. */
function textWriter(lines: LineBuffer): WriteLine {
  const clock = new Clock();
  return (level, logger, text) => {
    lines.write(`[${clock.now()}] ${level.padStart(5)} {${logger}} - ${oneLine(text)}\n`);
  };
}

/** `{"level","time","logger","artifact","correlationId","msg"}`; the text of `msg` is that of the text form. */
function jsonWriter(lines: LineBuffer): WriteLine {
  const logger = pino(
    {
      level: 'trace',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label.toUpperCase() }) },
    },
    lines,
  );
  const write = {
    TRACE: logger.trace.bind(logger),
    DEBUG: logger.debug.bind(logger),
    INFO: logger.info.bind(logger),
    WARN: logger.warn.bind(logger),
    ERROR: logger.error.bind(logger),
    FATAL: logger.fatal.bind(logger),
  };
  return (level, name, text, context) => {
    // pino takes `%` in a text as a placeholder only when values follow it; none do.
    write[level]({ logger: name, ...context }, text);
  };
}

/** Local time with the seconds' part kept: most lines of a busy server share it. */
class Clock {
  #second = Number.NaN;
  #text = '';

  now(): string {
    const now = Date.now();
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      const date = new Date(now);
      const two = (value: number) => String(value).padStart(2, '0');
      this.#second = second;
      this.#text =
        `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ` +
        `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())},`;
    }
    return this.#text + String(now - second * 1000).padStart(3, '0');
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal or end a line
const control = /[\u0000-\u0008\u000a-\u001f\u007f\u0085\u2028\u2029]/g;
const shown: Record<string, string> = { '\n': '\\n', '\r': '\\r' };

/** Line ends as `\n` and `\r`, other control characters as `\u001b`: no text can look like a line of its own. */
function oneLine(text: string): string {
  if (text.search(control) < 0) return text;
  return text.replace(control, (mark) => shown[mark] ?? `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
