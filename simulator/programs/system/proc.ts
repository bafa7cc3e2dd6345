/** Processes as /proc shows them to the caller. */
import type { Sys } from '../../kernel/abi.ts';
import { isErrno } from '../../kernel/errno.ts';

export interface ProcessInfo {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  readonly sid: number;
  readonly comm: string;
  readonly argv: readonly string[];
  readonly state: string;
  readonly uid: number;
  readonly gid: number;
  /** `pts/0`, or `?`. */
  readonly tty: string;
  readonly foreground: boolean;
  /** CPU time, ms. */
  readonly cpu: number;
  /** Start, ms after boot. */
  readonly start: number;
  /** Bytes. */
  readonly vsize: number;
  readonly rss: number;
  readonly nice: number;
  readonly threads: number;
}

/** One process, or undefined when it has gone. */
export function readProcess(sys: Sys, pid: number): ProcessInfo | undefined {
  try {
    const stat = sys.readText(`/proc/${pid}/stat`);
    const open = stat.indexOf('(');
    const close = stat.lastIndexOf(')');
    const fields = stat
      .slice(close + 2)
      .trim()
      .split(' ');
    const status = sys.readText(`/proc/${pid}/status`);
    const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    // The effective uid is the second of the line.
    const second = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+\\d+\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    const cmdline = sys.readText(`/proc/${pid}/cmdline`);
    const ttyNumber = Number(fields[4]);
    return {
      pid,
      ppid: Number(fields[1]),
      pgid: Number(fields[2]),
      sid: Number(fields[3]),
      comm: stat.slice(open + 1, close),
      argv: cmdline === '' ? [] : cmdline.replace(/\0$/, '').split('\0'),
      state: fields[0] ?? 'S',
      uid: second('Uid'),
      gid: second('Gid'),
      tty: ttyNumber === 0 ? '?' : `pts/${ttyNumber & 0xff}`,
      foreground: ttyNumber !== 0 && fields[5] === fields[2],
      cpu: (Number(fields[11]) + Number(fields[12])) * 10,
      start: Number(fields[19]) * 10,
      vsize: Number(fields[20]),
      rss: Number(fields[21]) * 4096,
      nice: Number(fields[16]),
      threads: field('Threads'),
    };
  } catch (error) {
    if (isErrno(error)) return undefined;
    throw error;
  }
}

/** All processes the caller can see, by pid. */
export function allProcesses(sys: Sys): ProcessInfo[] {
  return sys
    .readdir('/proc')
    .map(({ name }) => name)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)
    .flatMap((pid) => readProcess(sys, pid) ?? []);
}

/** Milliseconds since the epoch at which the machine booted. */
export const bootTime = (sys: Sys): number => sys.now() - Number(sys.readText('/proc/uptime').split(' ')[0]) * 1000;
