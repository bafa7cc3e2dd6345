/** Pseudoterminals and their line discipline (pty(7), termios(3)). */
import type { Stat, TerminalMode, WindowSize } from './abi.ts';
import { Notifier, outside, Wait } from './blocking.ts';
import type { KernelCore } from './core.ts';
import { sendSignal, signalGroup } from './deliver.ts';
import { anonymousStat, OpenFile } from './descriptors.ts';
import { Errno } from './errno.ts';
import type { Channel, Pty } from './kernel.ts';
import type { WaitQueue } from './net/stack.ts';
import { ByteQueue } from './pipes.ts';
import type { ProcessGroup, Session } from './process-table.ts';
import type { Caller } from './process.ts';
import type { SignalName } from './signals.ts';

/** Output that the master has not read yet, at which writers wait. */
const OUTPUT_LIMIT = 65536;
/** Longest line in canonical mode (N_TTY_BUF_SIZE). */
const LINE_LIMIT = 4095;

const EMPTY = new Uint8Array(0);
const NL = 10;
const CR = 13;
const SIGNAL_KEYS: Readonly<Record<number, SignalName>> = { 3: 'SIGINT', 28: 'SIGQUIT', 26: 'SIGTSTP' };
const EOF = 4;
const ERASE = 127;
const BACKSPACE = 8;
const KILL = 21;
const WORD_ERASE = 23;
const REPRINT = 18;
const LITERAL_NEXT = 22;

const encoder = new TextEncoder();

/** The terminals of one devpts instance; each container has its own. */
export class TerminalTable {
  readonly terminals = new Map<number, Terminal>();
  add(terminal: Terminal): number {
    let index = 0;
    while (this.terminals.has(index)) index++;
    this.terminals.set(index, terminal);
    return index;
  }
}

/** A terminal: what lies between the master's and the slave's side. */
export class Terminal {
  readonly ino: number;
  /** Time of the last input and output, as `w` and `ls -l` tell. */
  touched: number;
  index = -1;
  #table: TerminalTable | undefined;
  readonly mode: TerminalMode = {
    canonical: true,
    echo: true,
    signals: true,
    postprocess: true,
    crToNl: true,
  };
  size: WindowSize;
  session: Session | undefined;
  foreground: ProcessGroup | undefined;
  /** How often the session's own process, its shell, began to edit a line. */
  prompts = 0;
  readonly changed = new Notifier();
  readonly #core: KernelCore;
  /** Input ready for the slave: one chunk per line; an empty chunk is an end of file. */
  #input: Uint8Array[] = [];
  /** The line under edit. */
  #line: number[] = [];
  #literal = false;
  readonly #output = new ByteQueue();
  get #ledByShell(): boolean {
    return this.foreground !== undefined && this.foreground.id === this.session?.id;
  }
  /** The number of the prompt that waits for keys; 0 while none does. */
  get prompting(): number {
    return !this.mode.canonical && this.#ledByShell ? this.prompts : 0;
  }
  masters = 0;
  slaves = 0;
  /** A master reads "end" only after the slave's side was open once. */
  #hadSlave = false;
  #hungUp = false;

  constructor(core: KernelCore, ino: number, size: WindowSize) {
    this.#core = core;
    this.ino = ino;
    this.size = size;
    this.touched = core.clock.now();
  }

  /** Gives it a name in a devpts instance, once. */
  join(table: TerminalTable): void {
    if (this.#table) return;
    this.#table = table;
    this.index = table.add(this);
  }
  get name(): string {
    if (!this.#table) this.join(this.#core.hostTerminals);
    return `/dev/pts/${this.index}`;
  }

  // --- the slave's side

  slaveOpened(): void {
    this.slaves++;
    this.#hadSlave = true;
  }
  slaveClosed(): void {
    if (--this.slaves === 0) this.#changed();
  }
  get inputReady(): boolean {
    return this.#input.length > 0 || this.#hungUp;
  }
  get outputRoom(): boolean {
    return this.#output.length < OUTPUT_LIMIT || this.#hungUp;
  }

  readSlave(max: number, caller: Caller): Uint8Array | undefined {
    if (caller && !this.#mayRead(caller)) return undefined;
    const first = this.#input[0];
    if (!first) return this.#hungUp ? EMPTY : undefined;
    if (first.length === 0) {
      this.#input.shift();
      return this.mode.canonical ? EMPTY : this.readSlave(max, caller);
    }
    if (first.length > max) {
      this.#input[0] = first.subarray(max);
      return first.subarray(0, max);
    }
    this.#input.shift();
    if (this.mode.canonical) return first;
    const queue = new ByteQueue();
    queue.push(first);
    while (this.#input.length > 0 && this.#input[0]!.length > 0 && queue.length + this.#input[0]!.length <= max) {
      queue.push(this.#input.shift()!);
    }
    return queue.take(max);
  }

  /** Background groups are stopped when they read (SIGTTIN), or fail when nothing could continue them. */
  #mayRead(caller: NonNullable<Caller>): boolean {
    if (this.session !== caller.session || !this.foreground || caller.group === this.foreground) return true;
    if (caller.actions.get('SIGTTIN') === 'ignore' || caller.group.orphaned) throw new Errno('EIO');
    signalGroup(this.#core, caller.group, 'SIGTTIN');
    return false;
  }

  writeSlave(data: Uint8Array): number {
    if (this.#hungUp) throw new Errno('EIO');
    if (this.#output.length >= OUTPUT_LIMIT) return 0;
    this.touched = this.#core.clock.now();
    this.#emit(this.mode.postprocess ? withCarriageReturns(data) : data.slice());
    return data.length;
  }

  /** Changes the mode; a line under edit becomes readable when line editing ends. */
  change(change: Partial<TerminalMode>): void {
    const wasCanonical = this.mode.canonical;
    Object.assign(this.mode, change);
    if (wasCanonical && !this.mode.canonical && this.#ledByShell) this.prompts++;
    if (wasCanonical && !this.mode.canonical && this.#line.length > 0) {
      this.#input.push(Uint8Array.from(this.#line));
      this.#line = [];
      this.#changed();
    }
  }

  /** Throws away input that was not read (tcflush). */
  flushInput(): void {
    this.#input = [];
    this.#line = [];
  }

  resize(size: WindowSize): void {
    if (size.columns === this.size.columns && size.rows === this.size.rows) return;
    this.size = size;
    if (this.foreground) signalGroup(this.#core, this.foreground, 'SIGWINCH');
  }

  // --- the master's side

  get outputReady(): boolean {
    return this.#output.length > 0 || (this.#hadSlave && this.slaves === 0);
  }
  readMaster(max: number): Uint8Array | undefined {
    if (this.#output.length > 0) {
      const full = this.#output.length >= OUTPUT_LIMIT;
      const out = this.#output.take(max);
      if (full) this.#changed();
      return out;
    }
    return this.#hadSlave && this.slaves === 0 ? EMPTY : undefined;
  }

  /** Keys arrive. */
  writeMaster(data: Uint8Array): void {
    this.touched = this.#core.clock.now();
    for (const byte of data) this.#key(byte);
    this.#changed();
  }

  masterOpened(): void {
    this.masters++;
  }
  /** The master's end is the line going dead: SIGHUP for the session's leader. */
  masterClosed(): void {
    if (--this.masters > 0 || this.#hungUp) return;
    this.#hungUp = true;
    this.#table?.terminals.delete(this.index);
    const leader = this.session?.leader;
    if (leader) {
      sendSignal(this.#core, leader, 'SIGHUP');
      sendSignal(this.#core, leader, 'SIGCONT');
    }
    this.#changed();
  }

  #key(typed: number): void {
    let byte = typed;
    const { mode } = this;
    if (this.#literal) {
      this.#literal = false;
      this.#insert(byte);
      return;
    }
    const signal = SIGNAL_KEYS[byte];
    if (mode.signals && signal) {
      if (mode.echo) this.#echo(byte);
      this.flushInput();
      if (this.foreground) signalGroup(this.#core, this.foreground, signal);
      return;
    }
    if (byte === CR && mode.crToNl) byte = NL;
    if (!mode.canonical) {
      if (mode.echo) this.#echo(byte);
      const last = this.#input.at(-1);
      if (last && last.length > 0 && last.length < 1024) {
        const joined = new Uint8Array(last.length + 1);
        joined.set(last);
        joined[last.length] = byte;
        this.#input[this.#input.length - 1] = joined;
      } else this.#input.push(Uint8Array.of(byte));
      return;
    }
    switch (byte) {
      case ERASE:
      case BACKSPACE:
        this.#erase();
        return;
      case KILL:
        while (this.#line.length > 0) this.#erase();
        return;
      case WORD_ERASE: {
        const isBlank = (b: number | undefined) => b === 32 || b === 9;
        while (this.#line.length > 0 && isBlank(this.#line.at(-1))) this.#erase();
        while (this.#line.length > 0 && !isBlank(this.#line.at(-1))) this.#erase();
        return;
      }
      case REPRINT:
        if (mode.echo) {
          this.#echo(byte);
          this.#emit(Uint8Array.of(CR, NL));
          for (const b of this.#line) this.#echo(b);
        }
        return;
      case LITERAL_NEXT:
        this.#literal = true;
        if (mode.echo) this.#emit(encoder.encode('^\b'));
        return;
      case EOF:
        this.#input.push(Uint8Array.from(this.#line));
        this.#line = [];
        return;
      case NL:
        if (mode.echo) this.#echo(NL);
        this.#line.push(NL);
        this.#input.push(Uint8Array.from(this.#line));
        this.#line = [];
        return;
      default:
        this.#insert(byte);
    }
  }

  #insert(byte: number): void {
    if (this.#line.length >= LINE_LIMIT) return;
    this.#line.push(byte);
    if (this.mode.echo) this.#echo(byte);
  }

  /** Control characters are shown as ^X (ECHOCTL). */
  #echo(byte: number): void {
    if (byte === NL) this.#emit(this.mode.postprocess ? Uint8Array.of(CR, NL) : Uint8Array.of(NL));
    else if ((byte < 32 && byte !== 9) || byte === 127) this.#emit(Uint8Array.of(94, byte ^ 64));
    else this.#emit(Uint8Array.of(byte));
  }

  /** Takes back one character (of UTF-8 all its bytes, IUTF8). */
  #erase(): void {
    let byte = this.#line.pop();
    if (byte === undefined) return;
    while (byte !== undefined && (byte & 0xc0) === 0x80) byte = this.#line.pop();
    if (!this.mode.echo) return;
    const columns = byte !== undefined && (byte < 32 || byte === 127) ? 2 : 1;
    for (let i = 0; i < columns; i++) this.#emit(encoder.encode('\b \b'));
  }

  #emit(data: Uint8Array): void {
    this.#output.push(data);
    this.#changed();
  }
  #changed(): void {
    this.changed.notify();
  }
}

function withCarriageReturns(data: Uint8Array): Uint8Array {
  let lines = 0;
  for (const byte of data) if (byte === NL) lines++;
  if (lines === 0) return data.slice();
  const out = new Uint8Array(data.length + lines);
  let at = 0;
  for (const byte of data) {
    if (byte === NL) out[at++] = CR;
    out[at++] = byte;
  }
  return out;
}

/** The slave's side as an open file: what programs have as their standard streams. */
export class TerminalFile extends OpenFile {
  readonly type = 'char';
  readonly terminal: Terminal;
  readonly #uid: number;
  constructor(terminal: Terminal, uid = 0, canRead = true, canWrite = true) {
    super(canRead, canWrite);
    this.terminal = terminal;
    this.#uid = uid;
    terminal.slaveOpened();
  }
  override get changed(): WaitQueue {
    return this.terminal.changed;
  }
  tryRead(max: number, caller: Caller): Uint8Array | undefined {
    return this.terminal.readSlave(max, caller);
  }
  tryWrite(data: Uint8Array): number {
    return this.terminal.writeSlave(data);
  }
  override get readable(): boolean {
    return this.terminal.inputReady;
  }
  override get writable(): boolean {
    return this.terminal.outputRoom;
  }
  stat(): Stat {
    return anonymousStat('char', this.terminal.index + 3, this.terminal.touched, {
      mode: 0o620,
      uid: this.#uid,
      gid: 5,
      rdev: [136, this.terminal.index],
    });
  }
  get label(): string {
    return this.terminal.name;
  }
  protected released(): void {
    this.terminal.slaveClosed();
  }
}

/** The master's side as an open file. */
export class MasterFile extends OpenFile {
  readonly type = 'char';
  readonly terminal: Terminal;
  constructor(terminal: Terminal) {
    super(true, true);
    this.terminal = terminal;
    terminal.masterOpened();
  }
  override get changed(): WaitQueue {
    return this.terminal.changed;
  }
  tryRead(max: number): Uint8Array | undefined {
    return this.terminal.readMaster(max);
  }
  tryWrite(data: Uint8Array): number {
    this.terminal.writeMaster(data);
    return data.length;
  }
  override get readable(): boolean {
    return this.terminal.outputReady;
  }
  stat(): Stat {
    return anonymousStat('char', 2, this.terminal.touched, { mode: 0o666, rdev: [5, 2] });
  }
  readonly label = '/dev/ptmx';
  protected released(): void {
    this.terminal.masterClosed();
  }
}

/** A terminal whose master is held outside any process: by a daemon, or by the page. */
export class HeldPty implements Pty {
  readonly terminal: Terminal;
  readonly master: Channel;
  constructor(terminal: Terminal) {
    this.terminal = terminal;
    terminal.masterOpened();
    const sleeper = outside();
    let open = true;
    this.master = {
      read: (max = 65536) =>
        new Wait(sleeper, () => (open ? terminal.readMaster(max) : EMPTY), [terminal.changed]).promise,
      write: (data) => {
        if (open) terminal.writeMaster(typeof data === 'string' ? encoder.encode(data) : data);
        return Promise.resolve();
      },
      closeWrite: () => undefined,
      close: () => {
        if (!open) return;
        open = false;
        for (const wait of [...sleeper.waits]) wait.retry();
        terminal.masterClosed();
      },
    };
  }
  prompting(): number {
    return this.terminal.prompting;
  }
  get name(): string {
    return this.terminal.name;
  }
  resize(size: WindowSize): void {
    this.terminal.resize(size);
  }
  size(): WindowSize {
    return this.terminal.size;
  }
}
