/** The machine's one public door: what the page, the tests and the command line use. */
import type { MachineEvent } from './kernel/log.ts';
import type { PlainStep } from './session/steps.ts';
import type { NodeLoader } from './programs/node/runtime.ts';
import type { PythonLoader } from './programs/python/runtime.ts';
import type { WindowSize } from './kernel/abi.ts';
import type { RunLine } from './client/container/run-line.ts';
import type { MachineState } from './engine/state.ts';
import type { Channel, Pace } from './kernel/kernel.ts';

export interface MachineOptions {
  /** Seeds every id, name and chance. */
  readonly seed?: number;
  /** The learner's files, relative to the folder `~/lab`; executable when the text starts with `#!`. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Images pulled before the machine is handed over. */
  readonly images?: readonly string[];
  /** What was done on the machine before the learner gets it, in no time of the viewer's. */
  readonly setup?: readonly PlainStep[];
  readonly pace?: Pace;
  /** Virtual time at boot, ms since the epoch; a fixed day by default. Clients outside compare it with their own clock. */
  readonly bootTime?: number;
  /** Name of the learner's folder in root's home; `lab` by default. */
  readonly folder?: string;
  /** Absolute path of the folder instead, where a client outside names its files by it. */
  readonly folderPath?: string;
  /** Runs queued work between two macrotasks of the host; resolves when the microtask queue was empty. */
  readonly host: HostLoop;
  /** Told when a program of the machine failed in a way it should not have; for developers. */
  readonly crashed?: (text: string) => void;
}

/** What the machine needs from the world outside: a way to let pending work finish, and (for real pace) to wait. */
export interface HostLoop {
  /** Resolves in a later macrotask. */
  turn(): Promise<void>;
  /** Resolves after `ms` of the viewer's time, or earlier when `wake` is called. */
  rest(ms: number): { readonly done: Promise<void>; readonly wake: () => void };
  /** The viewer's clock in ms, for the paces that follow it. */
  time(): number;
  readonly runtimes?: HostRuntimes;
}

/** Language runtimes the host can load: WebAssembly that is no part of the simulator. */
export interface HostRuntimes {
  readonly node?: NodeLoader;
  readonly python?: PythonLoader;
}

/** What the next build would do with one instruction, and why. */
export interface StepForecast {
  /** 1-based lines in the Dockerfile. */
  readonly line: number;
  readonly endLine: number;
  /** `2/5` for a step, '' for an instruction that only changes the config. */
  readonly step: string;
  readonly outcome: 'reused' | 'runs' | 'config' | 'unused';
  /** The first cause, for a step that would run. */
  readonly cause?: string;
  /** Of the layer it will leave; for FROM of what it brings. Not there where nothing is known of it. */
  readonly size?: ForecastSize;
  /** On the last instruction: of all layers of the image. */
  readonly imageSize?: ForecastSize;
}

/** `about`: it rests on what the instruction left the last time. `least`: some of it is not known. */
export interface ForecastSize {
  readonly bytes: number;
  readonly kind: 'exact' | 'about' | 'least';
}

export interface TerminalSession {
  /** Keys typed by the learner. */
  write(data: string | Uint8Array): void;
  resize(size: WindowSize): void;
  close(): void;
  /** The number (from 1) of the prompt at which the shell waits for a line; 0 while it does not. */
  prompting(): number;
}

export interface CommandResult {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Machine {
  /** Opens a login shell on a new terminal. `output` gets what the terminal shows. */
  openTerminal(options: {
    size: WindowSize;
    output: (data: Uint8Array) => void;
    ended?: (code: number) => void;
  }): TerminalSession;
  /** Runs a command line in the host's shell in `~/lab`; with `tty` on a terminal of 80×24 where stdout holds all. */
  run(command: string, options?: { stdin?: readonly string[]; tty?: boolean }): Promise<CommandResult>;
  /** Lets the machine work until every process waits for input and nothing is due within `ms` of virtual time. */
  settle(ms?: number): Promise<void>;
  readonly files: LearnerFiles;
  readonly events: readonly MachineEvent[];
  follow(listener: (event: MachineEvent) => void): () => void;
  readonly pace: Pace;
  setPace(pace: Pace): void;
  /** With pace `step`: lets exactly the next due event happen. */
  step(): Promise<void>;
  /** Virtual time now, ms since the epoch. */
  now(): number;
  /** The daemon's objects now. */
  state(): MachineState;
  /** The text of a file (up to 64 kB) as the processes of a container see it; undefined where there is none. */
  lookInto(container: string, path: string): string | undefined;
  /** How `docker build -f dockerfile .` in the learner's folder would go now; undefined where it would not get as far as a step. */
  forecast(dockerfile: string): Promise<readonly StepForecast[] | undefined>;
  /** A connection to a unix socket of the host, as a client outside makes it. */
  connectUnix(path: string): Promise<Channel>;
  stop(): void;
}

/** What the panels draw: the daemon's objects as plain data. Filled by the engine; see `simulator/engine/state.ts`. */
export type { MachineState } from './engine/state.ts';

export type { RunLine, RunPart } from './client/container/run-line.ts';

/** The learner's folder; paths are relative to it. */
export interface LearnerFiles {
  list(): { path: string; type: 'file' | 'dir' | 'symlink'; size: number }[];
  read(path: string): Uint8Array;
  write(path: string, data: string | Uint8Array): void;
  remove(path: string): void;
  touch(path: string): void;
  watch(listener: (path: string) => void): () => void;
}

/** Loads what takes a `docker run` apart as the client reads it (undefined for other commands). For pictures of commands. */
export async function loadRunLineReader(): Promise<(argv: readonly string[]) => RunLine | undefined> {
  return (await import('./client/container/run-line.ts')).readRunLine;
}

/** Builds and boots a machine. */
export async function createMachine(options: MachineOptions): Promise<Machine> {
  const { DrydockMachine } = await import('./host/machine.ts');
  const machine = await DrydockMachine.boot(options);
  if (options.setup?.length) {
    const { runSteps } = await import('./session/steps.ts');
    await runSteps(machine, options.setup);
    machine.goLive();
  }
  return machine;
}
