/** The machine behind `createMachine`: a booted host, its terminals, files and panels. */
import type { KernelCore } from '../kernel/core.ts';
import type { WindowSize } from '../kernel/abi.ts';
import type { MachineEvent } from '../kernel/log.ts';
import type { Channel, Pace } from '../kernel/kernel.ts';
import { exitCode } from '../kernel/status.ts';
import type { CommandResult, Machine, MachineOptions, StepForecast, TerminalSession } from '../machine.ts';
import type { MachineState } from '../engine/state.ts';
import { bootKernel, HOST_ENV, loginSession, startOnHost } from './boot.ts';
import { startDaemon, type DaemonHandle } from './daemon.ts';
import { LearnerFolder } from './learner-files.ts';

/** How whole command lines are run, which a page with a terminal does not need to have at hand. */
const commands = () => import('./commands.ts');

export class DrydockMachine implements Machine {
  readonly #kernel: KernelCore;
  readonly #daemon: DaemonHandle;
  readonly files: LearnerFolder;
  readonly #live: boolean;
  #stopped = false;
  /** Whether the daemon is up and the clock goes at the viewer's pace. */
  #booted = false;
  #pace: Pace;
  #firstTerminal: () => void = () => undefined;

  private constructor(kernel: KernelCore, daemon: DaemonHandle, files: LearnerFolder, pace: Pace) {
    const live = pace.mode !== 'instant';
    this.#kernel = kernel;
    this.#daemon = daemon;
    this.files = files;
    this.#live = live;
    this.#pace = pace;
    this.#booted = !live;
  }

  /** Boots a host, lays the files and pulls the images; the machine's own time begins when it is handed over. */
  static async boot(options: MachineOptions): Promise<DrydockMachine> {
    const kernel = bootKernel({
      seed: options.seed ?? 1,
      host: options.host,
      bootTime: options.bootTime,
      ...(options.crashed && { crashed: options.crashed }),
    });
    const folder = new LearnerFolder(
      kernel.init.mnt.files,
      options.folderPath ?? `/root/${options.folder ?? 'lab'}`,
      () => kernel.clock.now(),
    );
    for (const [path, data] of Object.entries(options.files ?? {})) folder.write(path, data);
    const pace = options.pace ?? { mode: 'instant' };
    const live = pace.mode !== 'instant';
    if (!live || options.setup?.length) {
      const daemon = startDaemon(kernel, options.images ?? []);
      await kernel.clock.run(daemon.running);
      const machine = new DrydockMachine(kernel, daemon.handle, folder, pace);
      return machine;
    }
    // Whoever waits at a screen wants the prompt first; the daemon comes up behind it, in no time of the machine's own.
    const shellLoaded = Promise.withResolvers<void>();
    // The screen is to have the prompt before more is loaded.
    const held = shellLoaded.promise.then(() => options.host.rest(120).done);
    const daemon = startDaemon(kernel, options.images ?? [], held);
    const machine = new DrydockMachine(kernel, daemon.handle, folder, pace);
    machine.#firstTerminal = shellLoaded.resolve;
    kernel.clock.live(true);
    void kernel.clock.run(daemon.running).then(() => {
      machine.#booted = true;
      kernel.clock.pace = machine.#pace;
    });
    return machine;
  }

  /** After a set-up, which takes none of the viewer's time: from now on the clock goes at the viewer's pace. */
  goLive(): void {
    if (!this.#live) return;
    this.#booted = true;
    this.#kernel.clock.pace = this.#pace;
    this.#kernel.clock.live(true);
  }

  get events(): readonly MachineEvent[] {
    return this.#kernel.log.events;
  }
  follow(listener: (event: MachineEvent) => void): () => void {
    return this.#kernel.log.follow(listener);
  }
  get pace(): Pace {
    return this.#pace;
  }
  setPace(pace: Pace): void {
    this.#pace = pace;
    if (this.#booted) this.#kernel.clock.pace = pace;
  }
  now(): number {
    if (this.#booted) this.#kernel.clock.catchUp();
    return this.#kernel.clock.now();
  }
  state(): MachineState {
    return this.#daemon.state();
  }
  lookInto(container: string, path: string): string | undefined {
    return this.#daemon.lookInto(container, path);
  }
  forecast(dockerfile: string): Promise<readonly StepForecast[] | undefined> {
    return this.#daemon.forecast(this.files.root, dockerfile);
  }

  openTerminal({
    size,
    output,
    ended,
  }: {
    size: WindowSize;
    output: (data: Uint8Array) => void;
    ended?: (code: number) => void;
  }): TerminalSession {
    const pty = this.#kernel.createPty(size);
    const stdio = { kind: 'pty', pty } as const;
    const shell = startOnHost(this.#kernel, {
      argv: ['-bash'],
      exec: '/usr/bin/bash',
      cwd: this.files.root,
      env: { ...HOST_ENV, TERM: 'xterm-256color' },
      stdio: [stdio, stdio, stdio],
      terminal: true,
      cgroup: loginSession(this.#kernel, true),
    });
    void (async () => {
      for (;;) {
        const data = await pty.master.read();
        if (data.length === 0) return;
        output(data);
        this.#firstTerminal();
      }
    })();
    void shell.exited.then((status) => ended?.(exitCode(status)));
    return {
      write: (data) => {
        this.#kernel.clock.catchUp();
        void pty.master.write(data);
        this.#kernel.clock.touch();
      },
      resize: (next) => pty.resize(next),
      close: () => pty.master.close(),
      prompting: () => pty.prompting(),
    };
  }

  async run(command: string, options: { stdin?: readonly string[]; tty?: boolean } = {}): Promise<CommandResult> {
    this.#firstTerminal();
    const stdin = options.stdin ?? [];
    const { runOnTerminal, runPiped } = await commands();
    if (options.tty) return runOnTerminal(this.#kernel, command, this.files.root, stdin);
    return runPiped(this.#kernel, command, this.files.root, stdin);
  }

  async settle(ms = 0): Promise<void> {
    await this.#kernel.clock.advanceTo(this.#kernel.clock.now() + ms);
  }

  async step(): Promise<void> {
    const { clock, log } = this.#kernel;
    let told = false;
    const leave = log.follow((event) => (told ||= NOTABLE.test(event.kind)));
    for (let i = 0; i < 20_000 && !told && clock.nextDue() !== undefined && !this.#stopped; i++) {
      clock.step();
      await clock.run(() => true);
    }
    leave();
  }

  async connectUnix(path: string): Promise<Channel> {
    this.#firstTerminal();
    const { clock, init } = this.#kernel;
    // Right after the start the socket is not there yet.
    if (!this.#booted) await clock.run(() => this.#booted || init.mnt.files.exists(path));
    clock.catchUp();
    return this.#kernel.connectUnix(init.mnt, path);
  }

  stop(): void {
    this.#stopped = true;
    if (this.#live) this.#kernel.clock.live(false);
  }
}

/** Events that a viewer who goes step by step wants to stop at. */
const NOTABLE = /^(api|build|container(?!\.output)|image|network|volume|exec|vm(?!\.process))\./;
