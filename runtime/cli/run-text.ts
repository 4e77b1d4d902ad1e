import type { DryRunResult } from './engine.js';

/** A dry run for a person to read: what each step wrote, the calls, the logs, and what came out. */
export function runText(result: DryRunResult): string {
  const lines = [
    ...result.steps.flatMap(stepLines),
    ...result.calls.map(
      (call) => `call ${call.method} ${call.url} -> ${call.status ?? call.error ?? 'no answer'} (${ms(call.ms)})`,
    ),
    ...result.logs.map(({ level, text }) => `log ${level} ${text}`),
    ...errorLines(result),
    `outcome: ${result.outcome}`,
  ];
  const { response, message } = result;
  if (response === undefined) {
    lines.push(
      `message: ${message.contentType ?? 'no content type'}`,
      ...headerLines(message.headers),
      '',
      message.body,
    );
  } else {
    lines.push(`response: ${response.status} ${response.reason ?? ''}`.trimEnd(), ...headerLines(response.headers));
    lines.push('', response.body);
  }
  return `${lines.join('\n')}\n`;
}

function stepLines(step: DryRunResult['steps'][number]): string[] {
  const place = [step.artifact, step.line].filter((part) => part !== undefined).join(':');
  const note = step.note === undefined ? '' : ` ${step.note}`;
  return [
    `${place === '' ? '' : `${place} `}${step.mediator} (${ms(step.ms)})${note}`,
    ...step.writes.map((write) => `    ${write.what} ${write.name} = ${shown(write.after)}${replaced(write.before)}`),
  ];
}

function replaced(before: unknown): string {
  return before === undefined ? '' : ` (was ${shown(before)})`;
}

function shown(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? '(removed)';
  // One line for one write: a body is printed whole at the end.
  return value.trimEnd().replaceAll('\n', '\\n');
}

function errorLines({ error }: DryRunResult): string[] {
  if (error === undefined) return [];
  const place = [error.artifact, error.mediator, error.line === undefined ? undefined : `line ${error.line}`];
  const where = place.filter((part) => part !== undefined).join(', ');
  return [`error ${error.code ?? ''} ${error.message}${where === '' ? '' : ` (${where})`}`.replace('  ', ' ')];
}

function headerLines(headers: Record<string, unknown>): string[] {
  return Object.entries(headers).flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${String(one)}`));
}

function ms(time: number): string {
  return `${time.toFixed(2)} ms`;
}
