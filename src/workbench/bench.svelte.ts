/** The state of the workbench: what the machine told so far, what is selected, what the learner edits. */
import type { Pace } from '../../simulator/kernel/kernel.ts';
import type { MachineEvent } from '../../simulator/kernel/log.ts';
import type { MachineState, StepForecast } from '../../simulator/machine.ts';
import type { LessonTask } from '../lessons/task-types.ts';
import { MachineLink } from '../machine/link.ts';
import type { FileOnDisk, FromMachine } from '../machine/protocol.ts';
import { forgetFiles, loadFiles, loadProgress, saveFiles, saveProgress } from '../machine/storage.ts';
import { takeEvents, type BuildStep, type BuildView } from './build-view.ts';

export interface BenchLesson {
  readonly id: string;
  readonly version: number;
  readonly folder: string;
  readonly images: readonly string[];
  readonly open: string;
  readonly panel: string;
  readonly files: Record<string, string>;
  readonly tasks: readonly LessonTask[];
}

export type PaceName = 'instant' | 'real' | 'slow' | 'step';

const PACES: Record<PaceName, Pace> = {
  // As fast as the page can draw it, yet bounded: a server that waits for ever must not let time run away.
  instant: { mode: 'real', factor: 40 },
  real: { mode: 'real', factor: 1 },
  slow: { mode: 'real', factor: 0.25 },
  step: { mode: 'step' },
};

const EMPTY_STATE: MachineState = { containers: [], images: [], networks: [], volumes: [], buildCache: [] };

export class Bench {
  readonly lesson: BenchLesson;
  status = $state<'starting' | 'ready' | 'stopped'>('starting');
  /** Why the machine stopped. */
  trouble = $state('');
  files = $state.raw<readonly FileOnDisk[]>([]);
  openPath = $state('');
  state = $state.raw<MachineState>(EMPTY_STATE);
  events = $state.raw<readonly MachineEvent[]>([]);
  builds = $state.raw<readonly BuildView[]>([]);
  forecast = $state.raw<readonly StepForecast[] | undefined>(undefined);
  /** Digest of the selected step of the last build, or '' for none. */
  selected = $state('');
  pace = $state<PaceName>('real');
  paused = $state(false);
  /** Virtual now, ms since the epoch. */
  now = $state(0);
  kept = $state(true);

  #link: MachineLink | undefined;
  #saveTimer: ReturnType<typeof setTimeout> | undefined;
  #forecastTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #outputs = new Map<number, (data: Uint8Array) => void>();
  /** Sizes of terminals that were opened before the machine was ready. */
  readonly #waiting: { id: number; columns: number; rows: number }[] = [];

  constructor(lesson: BenchLesson) {
    this.lesson = lesson;
    this.openPath = lesson.open;
  }

  get storageKey(): string {
    return `${this.lesson.id}@${this.lesson.version}`;
  }

  get lastBuild(): BuildView | undefined {
    return this.builds.at(-1);
  }

  get selectedStep(): BuildStep | undefined {
    for (const build of [...this.builds].reverse()) {
      const step = build.steps.find((s) => s.id === this.selected);
      if (step) return step;
    }
    return undefined;
  }

  /** Starts the machine with the lesson's files, or with those of the last visit. */
  async start(): Promise<void> {
    this.#link = new MachineLink((message) => this.#receive(message));
    const saved = await loadFiles(this.storageKey);
    this.#link.send({
      type: 'boot',
      files: saved ?? $state.snapshot(this.lesson.files),
      folder: this.lesson.folder,
      images: $state.snapshot(this.lesson.images) as string[],
      seed: 1,
      pace: PACES[this.pace],
    });
  }

  /** Brings the lesson's start back: files, machine, everything. Progress stays. */
  async reset(): Promise<void> {
    this.#link?.stop();
    clearTimeout(this.#saveTimer);
    await forgetFiles(this.storageKey);
    location.reload();
  }

  stop(): void {
    this.#link?.stop();
  }

  openTerminal(id: number, columns: number, rows: number, output: (data: Uint8Array) => void): void {
    this.#outputs.set(id, output);
    if (this.status === 'ready') this.#link?.send({ type: 'terminal.open', id, columns, rows });
    else this.#waiting.push({ id, columns, rows });
  }
  input(id: number, data: string): void {
    this.#link?.send({ type: 'terminal.input', id, data });
  }
  resize(id: number, columns: number, rows: number): void {
    const waiting = this.#waiting.find((w) => w.id === id);
    if (waiting) Object.assign(waiting, { columns, rows });
    else this.#link?.send({ type: 'terminal.resize', id, columns, rows });
  }

  /** Puts a command at the prompt; with `enter` it runs. */
  type(command: string, enter = false): void {
    this.input(1, `\x15${command}${enter ? '\r' : ''}`);
    document.dispatchEvent(new CustomEvent('drydock:terminal'));
  }

  write(path: string, text: string): void {
    this.files = this.files.map((f) => (f.path === path ? { ...f, text, size: text.length } : f));
    this.#link?.send({ type: 'file.write', path, text });
    this.#save();
    this.#askForecast();
  }
  remove(path: string): void {
    this.#link?.send({ type: 'file.remove', path });
  }

  setPace(name: PaceName): void {
    this.pace = name;
    this.paused = name === 'step';
    this.#link?.send({ type: 'pace', pace: PACES[name] });
  }
  pause(on: boolean): void {
    this.paused = on;
    this.#link?.send({ type: 'pace', pace: on ? PACES.step : PACES[this.pace === 'step' ? 'slow' : this.pace] });
  }
  step(): void {
    if (!this.paused) this.pause(true);
    this.#link?.send({ type: 'step' });
  }

  /** Selects a step everywhere; selecting it again takes the selection back. */
  select(id: string): void {
    this.selected = this.selected === id ? '' : id;
  }

  #receive(message: FromMachine): void {
    switch (message.type) {
      case 'ready':
        this.status = 'ready';
        for (const size of this.#waiting.splice(0)) this.#link?.send({ type: 'terminal.open', ...size });
        this.#askForecast();
        return;
      case 'terminal.output':
        this.#outputs.get(message.id)?.(message.data);
        return;
      case 'terminal.ended':
        this.#outputs.get(message.id)?.(
          new TextEncoder().encode('\r\n[the shell has ended; reset the machine for a new one]\r\n'),
        );
        return;
      case 'files':
        this.files = message.files;
        this.#save();
        this.#askForecast();
        return;
      case 'events':
        this.now = message.now;
        this.#take(message.events);
        return;
      case 'state':
        this.state = message.state;
        return;
      case 'forecast':
        this.forecast = message.steps;
        return;
      case 'stopped':
        this.status = 'stopped';
        this.trouble = message.message;
        return;
    }
  }

  #take(events: readonly MachineEvent[]): void {
    // The pictures need the last few thousand; a runaway loop must not fill the page's memory.
    this.events = [...this.events, ...events].slice(-4000);
    const builds = takeEvents(this.builds, events);
    if (builds === this.builds) return;
    if (builds.at(-1)?.id !== this.builds.at(-1)?.id) this.selected = '';
    this.builds = builds.slice(-20);
    if (events.some((e) => e.kind === 'build.end')) this.#askForecast();
  }

  #save(): void {
    clearTimeout(this.#saveTimer);
    this.#saveTimer = setTimeout(() => {
      const files: Record<string, string> = {};
      for (const file of this.files) if (file.text !== undefined) files[file.path] = file.text;
      void saveFiles(this.storageKey, files).then((kept) => (this.kept = kept));
    }, 400);
  }

  #askForecast(): void {
    if (this.status !== 'ready') return;
    clearTimeout(this.#forecastTimer);
    this.#forecastTimer = setTimeout(() => this.#link?.send({ type: 'forecast', dockerfile: 'Dockerfile' }), 60);
  }

  metTasks(): string[] {
    const entry = loadProgress()[this.lesson.id];
    return entry?.version === this.lesson.version ? entry.met : [];
  }
  saveMet(met: string[]): void {
    saveProgress(this.lesson.id, { version: this.lesson.version, met, of: this.lesson.tasks.length });
  }
}
