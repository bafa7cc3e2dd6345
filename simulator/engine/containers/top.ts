import type { TopResponse } from '../../api/types.ts';
import type { Engine } from '../engine.ts';
import { conflict, systemError } from '../errors.ts';
import type { Container } from './container.ts';

const decoder = new TextDecoder();

/** Runs ps on the host with the given options and returns what it prints. Throws its complaint. */
async function runPs(engine: Engine, args: readonly string[]): Promise<string> {
  const { sys } = engine;
  const [outRead, outWrite] = sys.pipe();
  const [errRead, errWrite] = sys.pipe();
  const nothing = sys.open('/dev/null', { read: true });
  const pid = sys.spawn({
    argv: ['ps', ...args],
    env: { PATH: '/usr/bin:/bin' },
    fds: { 0: nothing, 1: outWrite, 2: errWrite },
  });
  for (const fd of [nothing, outWrite, errWrite]) sys.close(fd);
  const read = async (fd: number): Promise<string> => {
    let text = '';
    for (;;) {
      const bytes = await sys.read(fd, 65536);
      if (bytes.length === 0) break;
      text += decoder.decode(bytes, { stream: true });
    }
    sys.close(fd);
    return text;
  };
  const [out, err] = await Promise.all([read(outRead), read(errRead)]);
  const result = await sys.wait(pid);
  if (result !== undefined && 'code' in result.status && result.status.code !== 0) {
    const first = err.split('\n').find((line) => line !== '');
    throw systemError(`ps: ${first ?? `exit status ${result.status.code}`}`);
  }
  return out;
}

/** GET /containers/{id}/top: the container's lines of what ps prints on the host, with the host's process ids. */
export async function containerTop(engine: Engine, container: Container, args: string): Promise<TopResponse> {
  const { runtime, state } = container;
  if (!state.running || runtime === undefined) throw conflict(`container ${container.id} is not running`);
  if (state.restarting) throw conflict(`Container ${container.id} is restarting, wait until the container is running`);
  const output = await runPs(
    engine,
    (args || '-ef').split(/\s+/).filter((arg) => arg !== ''),
  );
  const lines = output.split('\n');
  const Titles = (lines[0] ?? '').split(/\s+/).filter((title) => title !== '');
  const column = Titles.indexOf('PID');
  if (column < 0) throw systemError("Couldn't find PID field in ps output");
  const pids = new Set(runtime.init.cgroup.processes().map((process) => process.pid));
  const Processes: string[][] = [];
  let mine = false;
  for (const line of lines.slice(1)) {
    const fields = line.split(/\s+/).filter((field) => field !== '');
    if (fields.length === 0) continue;
    // `ps -ef --forest` and the like give threads under a `-`: they belong to the line before.
    const pid = fields[column];
    mine = pid === '-' ? mine : pids.has(Number(pid));
    if (!mine) continue;
    const process = fields.slice(0, Titles.length - 1);
    process.push(fields.slice(Titles.length - 1).join(' '));
    Processes.push(process);
  }
  engine.containerEvent(container, 'top');
  return { Titles, Processes };
}
