/// <reference lib="webworker" />
/** The worker that holds the machine: turns messages of the page into calls, and what happens inside into messages. */
import { createMachine, type HostLoop, type Machine, type TerminalSession } from '../../simulator/machine.ts';
import type { MachineEvent } from '../../simulator/kernel/log.ts';
import type { FileOnDisk, FromMachine, ToMachine } from './protocol.ts';

const TEXT_LIMIT = 256 * 1024;
const scope = self as unknown as DedicatedWorkerGlobalScope;
const say = (message: FromMachine, transfer: Transferable[] = []): void => scope.postMessage(message, transfer);

const channel = new MessageChannel();
const turns: (() => void)[] = [];
channel.port1.onmessage = () => turns.shift()?.();

/** The JavaScript engine, compiled once for all the processes that use it. */
let node: NonNullable<HostLoop['runtimes']>['node'];

/** The page's macrotasks: a message to itself is the shortest one that lets input arrive in between. */
const host: HostLoop = {
  turn: () =>
    new Promise((resolve) => {
      turns.push(resolve);
      channel.port2.postMessage(0);
    }),
  rest: (ms) => {
    let wake = (): void => {};
    const done = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.min(ms, 2 ** 31 - 1));
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    return { done, wake };
  },
  time: () => performance.now(),
  runtimes: {
    node: async (options) => {
      const [{ quickJs }, { default: wasm }] = await Promise.all([
        import('../runtimes/quickjs.ts'),
        import('quickjs-wasi/quickjs.wasm?url'),
      ]);
      node ??= quickJs(async () => WebAssembly.compile(await (await fetch(wasm)).arrayBuffer()));
      return node(options);
    },
    python: async (options) => {
      const [{ microPython }, { default: wasm }] = await Promise.all([
        import('../runtimes/micropython.ts'),
        import('@micropython/micropython-webassembly-pyscript/micropython.wasm?url'),
      ]);
      return microPython(() => import('@micropython/micropython-webassembly-pyscript/micropython.mjs'), wasm)(options);
    },
  },
};

let machine: Machine | undefined;
const terminals = new Map<number, TerminalSession>();
/** When the terminals last said something, page time in ms. */
let heardAt = 0;

/** Runs `send` once per frame at most, however often it is asked for. */
function perFrame(send: () => void): () => void {
  let due = false;
  return () => {
    if (due) return;
    due = true;
    setTimeout(() => {
      due = false;
      send();
    }, 16);
  };
}

function readFiles(from: Machine): FileOnDisk[] {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return from.files.list().map((file) => {
    if (file.type !== 'file' || file.size > TEXT_LIMIT) return file;
    try {
      return { ...file, text: decoder.decode(from.files.read(file.path)) };
    } catch {
      return file; // not text: the page shows it by its size
    }
  });
}

async function boot(message: Extract<ToMachine, { type: 'boot' }>): Promise<void> {
  const made = await createMachine({ ...message, host });
  for (const [path, text] of Object.entries(message.saved ?? {})) made.files.write(path, text);
  machine = made;
  // What happened while it booted belongs to the pictures, too: the first processes.
  const pending: MachineEvent[] = [...made.events];
  const sayState = (): void => {
    const looks = message.looks?.flatMap((place) => {
      const at = place.indexOf(':');
      const text = made.lookInto(place.slice(0, at), place.slice(at + 1));
      return text === undefined ? [] : [[place, text] as const];
    });
    say({ type: 'state', state: made.state(), ...(looks && { looks: Object.fromEntries(looks) }) });
  };
  const sendEvents = perFrame(() => {
    say({ type: 'events', events: pending.splice(0), now: made.now() });
    sayState();
  });
  const sendFiles = perFrame(() => say({ type: 'files', files: readFiles(made) }));
  made.follow((event) => {
    pending.push(event);
    sendEvents();
  });
  made.files.watch(sendFiles);
  say({ type: 'files', files: readFiles(made) });
  sayState();
  sendEvents();
  say({ type: 'ready' });
}

async function playThrough(
  on: Machine,
  session: TerminalSession,
  { steps, ask }: Extract<ToMachine, { type: 'play' }>,
): Promise<void> {
  const { play } = await import('./play.ts');
  const done = await play(on, { session, heardAt: () => heardAt }, steps);
  const answer = done && ask !== undefined ? (await on.run(ask)).stdout : undefined;
  say({ type: 'played', done, ...(answer !== undefined && { answer }) });
}

function onMessage(message: ToMachine): void {
  if (message.type === 'boot') {
    boot(message).catch((error: unknown) =>
      say({ type: 'stopped', message: error instanceof Error ? error.message : String(error) }),
    );
    return;
  }
  if (!machine) return;
  switch (message.type) {
    case 'terminal.open': {
      const { id } = message;
      terminals.set(
        id,
        machine.openTerminal({
          size: { columns: message.columns, rows: message.rows },
          output: (data) => {
            heardAt = performance.now();
            say({ type: 'terminal.output', id, data });
          },
          ended: (code) => say({ type: 'terminal.ended', id, code }),
        }),
      );
      return;
    }
    case 'terminal.input':
      return terminals.get(message.id)?.write(message.data);
    case 'terminal.resize':
      return terminals.get(message.id)?.resize({ columns: message.columns, rows: message.rows });
    case 'terminal.close':
      terminals.get(message.id)?.close();
      terminals.delete(message.id);
      return;
    case 'file.write':
      return machine.files.write(message.path, message.text);
    case 'file.remove':
      return machine.files.remove(message.path);
    case 'pace':
      return machine.setPace(message.pace);
    case 'step':
      void machine.step();
      return;
    case 'play': {
      const session = terminals.get(message.id);
      if (session) void playThrough(machine, session, message);
      else say({ type: 'played', done: false });
      return;
    }
    case 'forecast': {
      const asked = machine;
      void asked.forecast(message.dockerfile).then((steps) => say({ type: 'forecast', steps }));
      return;
    }
  }
}

scope.onmessage = (event: MessageEvent<ToMachine>) => onMessage(event.data);
scope.addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  say({ type: 'stopped', message: event.reason instanceof Error ? event.reason.message : String(event.reason) });
});
