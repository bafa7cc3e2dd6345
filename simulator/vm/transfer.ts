/** `multipass transfer`: whole files between the host and a machine, over a session that reads or writes them. */
import type { Sys } from '../kernel/abi.ts';
import { isErrno } from '../kernel/errno.ts';
import { UsageError } from './arguments.ts';
import type { Streams } from './session.ts';

type Run = (name: string, command: string, streams: Streams) => Promise<number>;

interface Place {
  /** '' on the host. */
  readonly machine: string;
  readonly path: string;
}

function placeOf(text: string): Place {
  const [, machine = '', path = ''] = /^([A-Za-z][A-Za-z0-9-]*):(.*)$/s.exec(text) ?? [];
  return machine === '' ? { machine: '', path: text } : { machine, path };
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const quote = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`;

export async function transfer(sys: Sys, given: readonly string[], run: Run): Promise<number> {
  const places = given.map(placeOf);
  const target = places.pop();
  if (!target || places.length === 0) throw new UsageError('Not enough arguments given');
  for (const source of places) {
    if ((source.machine === '') === (target.machine === ''))
      throw new UsageError(
        source.machine === ''
          ? 'An instance name is needed for either source or destination'
          : 'Cannot transfer between instances',
      );
    const problem =
      source.machine === '' ? await send(sys, source, target, run) : await fetch(sys, source, target, run);
    if (problem !== '') {
      await sys.write(2, `[sftp] ${problem}\n`);
      return 1;
    }
  }
  return 0;
}

async function send(sys: Sys, source: Place, target: Place, run: Run): Promise<string> {
  let data: Uint8Array;
  try {
    if (sys.stat(source.path).type === 'dir')
      return `omitting directory "${source.path}": recursive mode not specified`;
    data = sys.readFile(source.path);
  } catch (error) {
    if (!isErrno(error)) throw error;
    return `cannot open local file "${source.path}": ${error.message}`;
  }
  const name = baseName(source.path);
  const path = quote(target.path === '' ? name : target.path);
  const command = `if [ -d ${path} ]; then cat > ${path}/${quote(name)}; else cat > ${path}; fi`;
  const code = await run(target.machine, command, { input: data });
  return code === 0 ? '' : `cannot open remote file "${target.path}"`;
}

async function fetch(sys: Sys, source: Place, target: Place, run: Run): Promise<string> {
  const chunks: Uint8Array[] = [];
  const code = await run(source.machine, `cat ${quote(source.path)}`, {
    input: new Uint8Array(0),
    output: (data) => chunks.push(data),
  });
  if (code !== 0) return `cannot open remote file "${source.path}"`;
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  try {
    const directory = sys.access(target.path, {}) && sys.stat(target.path).type === 'dir';
    sys.writeFile(directory ? `${target.path}/${baseName(source.path)}` : target.path, bytes);
    return '';
  } catch (error) {
    if (!isErrno(error)) throw error;
    return `cannot open local file "${target.path}": ${error.message}`;
  }
}
