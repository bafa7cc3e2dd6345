/** One Node program: the engine, the calls it makes of the machine, and the loop that hands events back to it. */
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { isErrno } from '../../kernel/errno.ts';
import { parseSignal, signalNumber, type SignalName } from '../../kernel/signals.ts';
import type { SocketAddress, Sys } from '../../kernel/abi.ts';
import { about, interfaces, load, memoryLimit } from './about.ts';
import { runChild, spawnChild } from './children.ts';
import { attempt, fileCalls } from './files.ts';
import { LIBRARY } from './library.ts';
import type { NodeLoader, NodeRuntime, NodeValue } from './runtime.ts';
import { startWait, type Completion } from './waits.ts';

/** Memory that a real Node takes before it runs anything, in bytes. */
const BASE = 24_000_000;
/** CPU time in ms: starting, each piece of code that runs, and each tick of the engine (some thousand steps). */
const START_COST = 38;
const SLICE_COST = 0.05;
const TICK_COST = 0.05;
/** Work of less than this, in ms, is not noticed. */
const AT_ONCE = 5;
/** Ticks after which code that has not returned counts as an endless loop. */
const ENDLESS = 21_000;
/** The heap a Node without limits may grow to; a real one takes more, but a page has to hold it. */
const LARGEST_HEAP = 512 * 1024 * 1024;
const SMALLEST_HEAP = 256 * 1024 * 1024;

const HASHES = { md5, sha1, sha224, sha256, sha384, sha512 } as const;

/** What a call that the program could not wait for is answered with when the program runs again. */
type Answer = { readonly value: NodeValue };
type Block = { readonly kind: 'input' } | { readonly kind: 'child'; readonly text: string; readonly input: Uint8Array };

export interface NodeStart {
  /** The library's function that begins the program, with its arguments. */
  readonly call: readonly [name: string, ...args: NodeValue[]];
  /** --max-old-space-size, in MB. */
  readonly heap?: number;
}

export class NodeProcess {
  readonly #sys: Sys;
  readonly #load: NodeLoader;
  readonly #started: number;
  readonly #limit: number;
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #answers: Answer[] = [];
  #runtime: NodeRuntime | undefined;
  #cursor = 0;
  #block: Block | undefined;
  /** Until the first piece of code has ended, the program can be run again from its beginning. */
  #first = true;
  #chunks: { fd: number; data: Uint8Array }[] = [];
  #written = 0;
  #seen = 0;
  #starts: (() => void)[] = [];
  #completions: Completion[] = [];
  #signals: SignalName[] = [];
  readonly #handled = new Set<SignalName>();
  #wake: (() => void) | undefined;
  #due = -1;
  #alive = false;
  #immediate = false;
  #exit: number | undefined;
  #aborted = false;
  #full = false;
  #ticks = 0;
  #reads = 0;
  #extra = 0;
  #base = 0;
  #sleeping = Infinity;

  constructor(sys: Sys, load: NodeLoader) {
    this.#sys = sys;
    this.#load = load;
    this.#started = sys.now();
    this.#limit = memoryLimit(sys);
  }

  /** The time while code runs: it passes with the steps, and a little faster for who keeps looking at the clock. */
  readonly #now = (): number => {
    this.#reads++;
    this.#extra += 0.001 * (1 + this.#reads / 1000);
    return this.#base + this.#ticks * TICK_COST + this.#extra;
  };
  readonly #interrupt = (): boolean =>
    this.#exit !== undefined || this.#aborted || this.#full || this.#block !== undefined || ++this.#ticks > ENDLESS;
  readonly #output = (fd: number, data: Uint8Array): void => {
    const skip = Math.max(0, Math.min(data.length, this.#written - this.#seen));
    this.#seen += data.length;
    if (skip < data.length) this.#chunks.push({ fd, data: data.slice(skip) });
  };
  #answer(block: Block): NodeValue {
    const answer = this.#answers[this.#cursor];
    if (answer) {
      this.#cursor++;
      return answer.value;
    }
    if (!this.#first)
      return { errno: 38, code: 'ENOSYS', message: 'waiting here is simulated only while the program starts' };
    this.#block = block;
    return null;
  }
  readonly #input = (): Uint8Array | null => this.#answer({ kind: 'input' }) as Uint8Array | null;
  readonly #nudge = (): void => {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  };

  #heap(): number {
    return (this.#runtime?.memory ?? 0) + BASE;
  }

  #calls(): Record<string, (...args: never[]) => NodeValue> {
    const sys = this.#sys;
    const at = (address: SocketAddress): NodeValue =>
      address.family === 'inet' ? [address.host, address.port] : [address.path, 0];
    return {
      ...fileCalls(sys, this.#output, this.#input),
      about: () => about(sys, this.#started),
      now: () => this.#now(),
      isatty: (fd: number) => sys.fds().includes(fd) && sys.isatty(fd),
      size: (fd: number) => {
        const { columns, rows } = sys.windowSize(fd);
        return [columns, rows];
      },
      raw: (on: boolean) => attempt(() => void sys.terminalMode(0, { canonical: !on, echo: !on, signals: !on })),
      write: (fd: number, data: Uint8Array) => {
        this.#output(fd, data);
        return undefined;
      },
      start: (op: string, id: number, ...args: NodeValue[]) => {
        this.#starts.push(() =>
          startWait(sys, id, op, args, (completion) => {
            this.#completions.push(completion);
            this.#nudge();
          }),
        );
        return undefined;
      },
      exit: (code: number) => {
        this.#exit ??= code;
        return undefined;
      },
      abort: () => {
        this.#aborted = true;
        return undefined;
      },
      full: () => {
        this.#full = true;
        return undefined;
      },
      idle: (due: number, alive: boolean, immediate: boolean) => {
        this.#due = due;
        this.#alive = alive;
        this.#immediate = immediate;
        return undefined;
      },
      signal: (name: string, on: boolean) => this.#listen(parseSignal(name), on),
      kill: (pid: number, name: string) =>
        attempt(() => {
          const signal = name === '0' ? 0 : parseSignal(name);
          if (signal === undefined) return { errno: 22, code: 'EINVAL', message: 'unknown signal' };
          return void sys.kill(pid, signal);
        }),
      cwd: () => sys.cwd(),
      chdir: (path: string) => attempt(() => void sys.chdir(path)),
      umask: (mask?: number) => (mask === undefined ? sys.umask() : sys.umask(mask)),
      hostname: () => sys.hostname(),
      load: () => load(sys),
      interfaces: () => interfaces(sys),
      encode: (text: string) => this.#encoder.encode(text),
      decode: (data: Uint8Array) => this.#decoder.decode(data),
      memory: () => {
        const heap = this.#runtime?.memory ?? 0;
        const used = Math.round(heap * 0.8);
        return JSON.stringify({
          rss: this.#heap() + 20_000_000,
          heapTotal: heap + 3_000_000,
          heapUsed: used + 2_500_000,
          external: 1_500_000,
          arrayBuffers: 10_000,
        });
      },
      cpu: () => {
        const { user, system } = sys.times();
        return JSON.stringify({ user: Math.round(user * 1000), system: Math.round(system * 1000) });
      },
      below: (limit: number) => sys.random(limit),
      random: (length: number) => Uint8Array.from({ length }, () => sys.random(256)),
      letters: (length: number) =>
        Array.from({ length }, () => 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'[sys.random(52)]).join(''),
      hash: (name: string, data: Uint8Array) => HASHES[name as keyof typeof HASHES](data),
      listen: (host: string, port: number) => attempt(() => sys.listen({ family: 'inet', host, port })),
      listenUnix: (path: string) => attempt(() => sys.listen({ family: 'unix', path })),
      addresses: (fd: number) => {
        const own = at(sys.sockname(fd));
        try {
          return [at(sys.peername(fd)), own];
        } catch (error) {
          if (isErrno(error)) return [['', 0], own];
          throw error;
        }
      },
      shutdown: (fd: number) => attempt(() => void sys.shutdown(fd, 'write')),
      spawn: (text: string) => attempt(() => spawnChild(sys, text)),
      spawnSync: (text: string, input: Uint8Array) => this.#answer({ kind: 'child', text, input }),
    };
  }

  #listen(signal: SignalName | undefined, on: boolean): undefined {
    if (signal === undefined) return;
    if (on) this.#handled.add(signal);
    else this.#handled.delete(signal);
    this.#sys.signal(
      signal,
      on
        ? () => {
            this.#signals.push(signal);
            this.#nudge();
          }
        : signal === 'SIGPIPE'
          ? 'ignore'
          : 'default',
    );
  }

  async #flush(): Promise<void> {
    const chunks = this.#chunks;
    this.#chunks = [];
    for (let i = 0; i < chunks.length;) {
      const { fd } = chunks[i]!;
      let end = i;
      let size = 0;
      while (chunks[end]?.fd === fd) size += chunks[end++]!.data.length;
      const all = new Uint8Array(size);
      for (let at = 0; i < end; at += chunks[i++]!.data.length) all.set(chunks[i]!.data, at);
      this.#written += size;
      try {
        await this.#sys.write(fd, all);
      } catch (error) {
        if (!isErrno(error)) throw error;
        this.#exit ??= 1; // nobody reads any more
      }
    }
  }

  async #fresh(heap: number): Promise<NodeRuntime> {
    const sys = this.#sys;
    this.#cursor = 0;
    this.#seen = 0;
    this.#starts = [];
    this.#begin();
    const runtime = await sys.external(
      this.#load({
        library: LIBRARY,
        calls: this.#calls() as Record<string, (...args: NodeValue[]) => NodeValue>,
        clock: this.#now,
        seed: sys.random(2 ** 31) + 1,
        memoryLimit: heap,
        interrupt: this.#interrupt,
      }),
    );
    this.#runtime = runtime;
    return runtime;
  }
  #begin(): void {
    this.#base = this.#sys.now();
    this.#ticks = 0;
    this.#reads = 0;
    this.#extra = 0;
  }

  /** Runs one piece of code; charges its time and memory, and writes what it printed. */
  async #slice(name: string, ...args: NodeValue[]): Promise<void> {
    const sys = this.#sys;
    this.#begin();
    const outcome = this.#runtime!.call(name, ...args);
    const endless = outcome === 'stopped' && this.#ticks > ENDLESS;
    if (outcome === 'memory') this.#full = true;
    sys.memory(this.#heap());
    if (this.#full) await this.#outOfMemory();
    const cost = SLICE_COST + this.#ticks * TICK_COST + this.#extra;
    // What was printed before a child began comes before what the child prints; after long work it comes when that is done.
    if (cost < AT_ONCE) await this.#flush();
    await sys.compute(cost);
    await this.#flush();
    if (this.#aborted) {
      this.#sys.signal('SIGABRT', 'default');
      sys.kill(sys.pid, 'SIGABRT');
      await sys.exit(134);
    }
    // A loop that does not end keeps the thread: no timer and no handler runs again, only a signal ends it.
    if (endless && this.#exit === undefined && this.#block === undefined) for (;;) await sys.compute(50);
    if (this.#block || this.#exit !== undefined) return;
    for (const start of this.#starts.splice(0)) start();
  }

  async #outOfMemory(): Promise<void> {
    const sys = this.#sys;
    // In a small cgroup the kernel's limit is met before the engine's.
    if (this.#heap() + 16_000_000 > this.#limit) {
      sys.memory(this.#limit + BASE);
      await sys.sleep(1);
    }
    await this.#flush();
    const size = (this.#runtime!.memory / 1048576).toFixed(1);
    await sys.write(
      2,
      `\n<--- Last few GCs --->\n\n[${sys.pid}:0x7f2c3c000000]    ${Math.round(sys.now() - this.#started)} ms: Mark-Compact ${size} (${size}) -> ${size} (${size}) MB, pooled: 0 MB, 190.31 / 0.00 ms  (average mu = 0.112, current mu = 0.008) allocation failure; scavenge might not succeed\n\n\n<--- JS stacktrace --->\n\nFATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n----- Native stack trace -----\n\n`,
    );
    sys.signal('SIGABRT', 'default');
    sys.kill(sys.pid, 'SIGABRT');
    await sys.exit(134);
  }

  /** Does what the program waited for while it started, and notes the answer for its next run. */
  async #unblock(block: Block): Promise<void> {
    const sys = this.#sys;
    if (block.kind === 'child') {
      try {
        this.#answers.push({ value: await runChild(sys, block.text, block.input) });
      } catch (error) {
        if (!isErrno(error)) throw error;
        this.#answers.push({ value: { errno: error.number, code: error.code, message: error.message } });
      }
      return;
    }
    const parts: number[] = [];
    for (;;) {
      const part = await sys.read(0, 65536);
      if (part.length === 0) break;
      parts.push(...part);
    }
    this.#answers.push({ value: new Uint8Array(parts) });
  }

  #idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
  #sleepUntil(due: number): void {
    if (due >= this.#sleeping) return;
    this.#sleeping = due;
    void this.#sys.sleep(Math.max(0, due - this.#sys.now())).then(() => {
      if (this.#sleeping === due) this.#sleeping = Infinity;
      this.#nudge();
    });
  }

  /** Runs a program to its end; resolves to its exit code. */
  async run(start: NodeStart): Promise<number> {
    const sys = this.#sys;
    sys.signal('SIGPIPE', 'ignore');
    sys.memory(BASE);
    await sys.compute(START_COST);
    const old = start.heap === undefined ? undefined : start.heap * 1048576;
    const most = old ?? Math.max(SMALLEST_HEAP, Math.min(LARGEST_HEAP, this.#limit / 2));
    const heap = Math.max(4_000_000, Math.min(most, this.#limit - BASE));
    const before = new Set(sys.fds());
    for (;;) {
      await this.#fresh(heap);
      await this.#slice(...start.call);
      const block = this.#block as Block | undefined;
      if (!block) break;
      this.#block = undefined;
      for (const fd of sys.fds()) if (!before.has(fd)) sys.close(fd);
      for (const signal of [...this.#handled]) this.#listen(signal, false);
      await this.#unblock(block);
    }
    this.#first = false;
    for (;;) {
      if (this.#exit !== undefined) return this.#exit;
      const signal = this.#signals.shift();
      if (signal) {
        await this.#slice('signal', signal, signalNumber(signal));
        continue;
      }
      if (this.#due >= 0 && this.#due <= sys.now() + 0.01) {
        this.#due = -1;
        await this.#slice('timers');
        continue;
      }
      if (this.#immediate) {
        await this.#slice('immediates');
        continue;
      }
      const completion = this.#completions.shift();
      if (completion) {
        await this.#slice('event', completion.id, completion.ok, completion.value);
        continue;
      }
      if (!this.#alive) {
        await this.#slice('beforeExit');
        if (this.#alive || this.#exit !== undefined) continue;
        await this.#slice('finish');
        return this.#exit ?? 0;
      }
      const idle = this.#idle();
      if (this.#due >= 0) this.#sleepUntil(this.#due);
      await idle;
    }
  }
}
