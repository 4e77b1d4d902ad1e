/** CPU time and memory of process trees, from /proc (Linux). */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** Milliseconds of one tick of /proc: USER_HZ is 100 on Linux. */
const tickMs = 10;

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // the process is gone
  }
}

/** Fields of /proc/PID/stat from the state on (index 0), behind the name, which may hold blanks. */
function stat(pid: number | 'self'): string[] {
  const text = read(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** The process ids of `root` and all its descendants. */
export function tree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(stat(Number(name))[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const all = [root];
  for (const pid of all) all.push(...(children.get(pid) ?? []));
  return all;
}

/** Tells a process from a later one with the same id; '' when it is gone. */
export const startedAt = (pid: number): string => stat(pid)[19] ?? '';

/** Milliseconds, user and system, that the tree of `root` has used. */
export function cpuMs(root: number): number {
  return tree(root).reduce((sum, pid) => {
    const fields = stat(pid);
    return fields.length > 12 ? sum + (Number(fields[11]) + Number(fields[12])) * tickMs : sum;
  }, 0);
}

/** CPU milliseconds of this process's own children that have ended. */
export function endedChildrenMs(): number {
  const fields = stat('self');
  return (Number(fields[13]) + Number(fields[14])) * tickMs;
}

function memoryMb(root: number, line: RegExp): number {
  const kilobytes = tree(root).map((pid) => Number(line.exec(read(`/proc/${pid}/status`))?.[1] ?? 0));
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1024;
}

/** Resident memory of the tree in MB; pages that processes share count in each of them. */
export const residentMb = (root: number): number => memoryMb(root, /VmRSS:\s+(\d+)/);

/** The most that it was since {@link resetPeak}. */
export const peakMb = (root: number): number => memoryMb(root, /VmHWM:\s+(\d+)/);

/** Begins a new peak. Where the system forbids it, the peak is that since the start of the process. */
export function resetPeak(root: number): void {
  for (const pid of tree(root)) {
    try {
      writeFileSync(`/proc/${pid}/clear_refs`, '5');
    } catch {
      // Then the greater figure stands.
    }
  }
}

/** CPU milliseconds that the whole machine was busy. */
export function machineMs(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (
    read('/proc/stat').split('\n')[0] ?? ''
  )
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq + steal) * tickMs;
}
