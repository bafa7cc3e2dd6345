/** A kernel for tests: programs are given inline, each gets an executable in /bin. */
import type { HostLoop } from './clock.ts';
import { createKernel, HOST_ROOT, type KernelCore, type KernelOptions } from './core.ts';
import type { LayerEntry } from './fs/layer.ts';
import type { Process, ProcessSpec } from './kernel.ts';
import { executable, type Program } from './programs.ts';
import { loadTrees } from './proc/late.ts';

await loadTrees();

/** A host loop on Node's and the browsers' shared macrotask source, for the pace `instant`. */
export function testLoop(): HostLoop {
  const channel = new MessageChannel();
  let waiting: (() => void)[] = [];
  channel.port1.onmessage = () => {
    const now = waiting;
    waiting = [];
    for (const resolve of now) resolve();
    if (waiting.length === 0) (channel.port1 as { unref?: () => void }).unref?.();
  };
  const loop: HostLoop = {
    turn: () =>
      new Promise((resolve) => {
        (channel.port1 as { ref?: () => void }).ref?.();
        waiting.push(resolve);
        channel.port2.postMessage(0);
      }),
    rest: (ms) => {
      let wake = (): void => undefined;
      const done = new Promise<void>((resolve) => (wake = resolve));
      // No clock here: a rest is over at the next turn.
      if (ms !== Infinity) void loop.turn().then(wake);
      return { done, wake };
    },
    time: () => 0,
  };
  return loop;
}

/** Boots a kernel whose /bin holds `programs`, lazily loaded as in the machine. */
export function testKernel(programs: Record<string, Program>, options: Partial<KernelOptions> = {}): KernelCore {
  const meta = { mode: 0o755, uid: 0, gid: 0, mtime: 0 };
  const dir = (entries: Record<string, LayerEntry>): LayerEntry & { type: 'dir' } => ({
    type: 'dir',
    opaque: false,
    entries: new Map(Object.entries(entries)),
    ...meta,
  });
  const files = Object.keys(programs).map((name): [string, LayerEntry] => [
    name,
    { type: 'file', data: executable(name), ...meta },
  ]);
  const root = dir({ bin: dir(Object.fromEntries(files)), tmp: dir({}), etc: dir({}), root: dir({}) });
  return createKernel({
    host: testLoop(),
    programs: { find: (name) => (programs[name] ? () => Promise.resolve(programs[name]!) : undefined) },
    root: { type: 'ext4', source: '/dev/vda1', lower: [{ root }] },
    ...options,
  });
}

/** Starts a program on the host with pipes as its standard streams. */
export function startOn(kernel: KernelCore, exec: string | Program, more: Partial<ProcessSpec> = {}): Process {
  return kernel.start({
    argv: [typeof exec === 'string' ? exec : 'test'],
    exec,
    env: { PATH: '/bin' },
    cwd: '/',
    namespaces: kernel.init,
    cgroup: kernel.rootCgroup.child('test'),
    credentials: HOST_ROOT,
    stdio: [{ kind: 'pipe' }, { kind: 'pipe' }, { kind: 'pipe' }],
    ...more,
  });
}

/** All that arrives on a descriptor of a process started with `startOn`, as text. */
export async function textOf(process: Process, fd = 1): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const bytes = await process.stdio[fd]!.read();
    if (bytes.length === 0) return text;
    text += decoder.decode(bytes, { stream: true });
  }
}

/** Runs one program to its end and tells what came of it. */
export async function runOn(
  kernel: KernelCore,
  exec: string | Program,
  more: Partial<ProcessSpec> = {},
): Promise<{ status: unknown; out: string; err: string; end: string }> {
  const process = startOn(kernel, exec, more);
  const out = textOf(process);
  const err = textOf(process, 2);
  let status: unknown;
  void process.exited.then((value) => (status = value));
  let closed = 0;
  for (const text of [out, err]) void text.then(() => closed++);
  const end = await kernel.clock.run(() => status !== undefined);
  // Children may hold the pipes a little longer.
  await kernel.clock.run(() => closed === 2, 60_000);
  return { status, out: await out, err: await err, end };
}
