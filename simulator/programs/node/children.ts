/** Child processes of a Node program: spawned with pipes, and run to their end for the calls that wait. */
import type { Sys } from '../../kernel/abi.ts';
import type { NodeValue } from './runtime.ts';

interface Wanted {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdio?: readonly (string | number)[];
  readonly detached?: boolean;
  readonly inherit?: boolean;
}

const options = (sys: Sys, wanted: Wanted): { argv: string[]; env: Record<string, string>; cwd?: string } => ({
  argv: [wanted.file, ...wanted.args],
  env: { ...(wanted.env ?? sys.env) },
  ...(wanted.cwd !== undefined && { cwd: wanted.cwd }),
});

/** Starts a child; `fds` are this process's ends of its pipes, or -1. */
export function spawnChild(sys: Sys, text: string): NodeValue {
  const wanted = JSON.parse(text) as Wanted;
  const theirs: number[] = [];
  const ours: number[] = [];
  const fds: Record<number, number> = {};
  (wanted.stdio ?? ['pipe', 'pipe', 'pipe']).forEach((kind, i) => {
    if (kind === 'pipe') {
      const [read, write] = sys.pipe();
      const [own, child] = i === 0 ? [write, read] : [read, write];
      sys.closeOnExec(own, true);
      ours.push(own);
      theirs.push(child);
      fds[i] = child;
      return;
    }
    ours.push(-1);
    if (kind === 'ignore') {
      const nul = sys.open('/dev/null', { read: true, write: true });
      theirs.push(nul);
      fds[i] = nul;
    } else fds[i] = typeof kind === 'number' ? kind : i;
  });
  try {
    const pid = sys.spawn({ ...options(sys, wanted), fds, ...(wanted.detached && { session: true }) });
    return { pid, fds: ours };
  } catch (error) {
    for (const fd of ours) if (fd >= 0) sys.close(fd);
    throw error;
  } finally {
    for (const fd of theirs) sys.close(fd);
  }
}

async function drain(sys: Sys, fd: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const part = await sys.read(fd, 65536);
    if (part.length === 0) break;
    parts.push(part);
  }
  sys.close(fd);
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Runs a child to its end. */
export async function runChild(sys: Sys, text: string, input: Uint8Array): Promise<NodeValue> {
  const wanted = JSON.parse(text) as Wanted;
  const [inRead, inWrite] = sys.pipe();
  const [outRead, outWrite] = sys.pipe();
  const [errRead, errWrite] = sys.pipe();
  const fds = wanted.inherit ? { 0: 0, 1: 1, 2: 2 } : { 0: inRead, 1: outWrite, 2: errWrite };
  for (const fd of [inWrite, outRead, errRead]) sys.closeOnExec(fd, true);
  let pid: number;
  try {
    pid = sys.spawn({ ...options(sys, wanted), fds });
  } finally {
    for (const fd of [inRead, outWrite, errWrite]) sys.close(fd);
  }
  const [stdout, stderr] = await Promise.all([
    drain(sys, outRead),
    drain(sys, errRead),
    (async () => {
      if (input.length && !wanted.inherit) await sys.write(inWrite, input);
      sys.close(inWrite);
    })(),
  ]);
  const status = (await sys.wait(pid))?.status;
  return {
    pid,
    stdout,
    stderr,
    ...(status && 'code' in status && { code: status.code }),
    ...(status && 'signal' in status && { signal: status.signal }),
  };
}
