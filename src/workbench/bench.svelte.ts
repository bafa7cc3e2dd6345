/** The state of the workbench: what the machine told so far, what is selected, what the learner edits. */
import type { Pace } from '../../simulator/kernel/kernel.ts';
import type { MachineEvent } from '../../simulator/kernel/log.ts';
import type { PlainStep } from '../../simulator/session/steps.ts';
import type { MachineState, StepForecast } from '../../simulator/machine.ts';
import { History } from '../lessons/history.ts';
import type { LessonTask } from '../lessons/task-types.ts';
import type { FileOnDisk, FromMachine } from '../machine/protocol.ts';
import { storageKey, type LessonStart, type MachineSession } from '../machine/session.ts';
import { forgetFiles, loadProgress, saveFiles, saveProgress } from '../machine/storage.ts';
import { takeWish, wishSolution } from './solution-wish.ts';
import { takeEvents, type BuildStep, type BuildView } from './build-view.ts';
import type { PanelId } from './panels.ts';
import { takeProcesses, type ProcessView } from './process-view.ts';

export interface BenchLesson extends LessonStart {
  readonly open: string;
  /** The picture shown first. */
  readonly panel: PanelId;
  /** The tabs; absent for the default ones. */
  readonly panels?: readonly PanelId[];
  readonly tasks: readonly LessonTask[];
  /** What meets every task, for “Show me”. */
  readonly solution: readonly PlainStep[];
}

export type PaceName = 'instant' | 'real' | 'slow' | 'step';

const PACES: Record<PaceName, Pace> = {
  // As fast as the page can draw it, yet bounded: a server that waits for ever must not let time run away.
  instant: { mode: 'real', factor: 40 },
  real: { mode: 'real', factor: 1 },
  slow: { mode: 'real', factor: 0.25 },
  step: { mode: 'step' },
};

const EMPTY_STATE: MachineState = {
  containers: [],
  images: [],
  networks: [],
  volumes: [],
  buildCache: [],
  machines: [],
};

/** How a playing of steps ended: all were through, and what the command asked aside printed. */
interface Played {
  readonly done: boolean;
  readonly answer?: string;
}

export class Bench {
  readonly lesson: BenchLesson;
  status = $state<'starting' | 'ready' | 'stopped'>('starting');
  /** Why the machine stopped. */
  trouble = $state('');
  files = $state.raw<readonly FileOnDisk[]>([]);
  openPath = $state('');
  panel = $state<PanelId>('layers');
  state = $state.raw<MachineState>(EMPTY_STATE);
  /** Texts of files in containers that the tasks look at, by `container:/path`. */
  looks = $state.raw<Readonly<Record<string, string>>>({});
  events = $state.raw<readonly MachineEvent[]>([]);
  builds = $state.raw<readonly BuildView[]>([]);
  /** What happened since the start, for the tasks; `events` tells when it has grown. */
  readonly history = new History();
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- replaced as a whole, never changed
  processes = $state.raw<ReadonlyMap<number, ProcessView>>(new Map());
  forecast = $state.raw<readonly StepForecast[] | undefined>(undefined);
  /** Digest of the selected step of the last build, or '' for none. */
  selected = $state('');
  pace = $state<PaceName>('real');
  paused = $state(false);
  /** Virtual now, ms since the epoch. */
  now = $state(0);
  kept = $state(true);

  /** What the pointer or the focus is on, wherever it is shown: the same name as `selected` has. */
  hot = $state('');
  /** The moment (virtual ms) the pictures of builds show, where the learner went back; undefined is now. */
  moment = $state<number | undefined>(undefined);

  /** Absent while the page is rendered on the author's machine. */
  #session: MachineSession | undefined;
  #saveTimer: ReturnType<typeof setTimeout> | undefined;
  #foreseen = 'Dockerfile';
  #forecastTimer: ReturnType<typeof setTimeout> | undefined;
  #buildEvents: MachineEvent[] = [];

  constructor(lesson: BenchLesson, session?: MachineSession) {
    this.lesson = lesson;
    this.#session = session;
    this.openPath = lesson.open;
    this.panel = lesson.panel;
  }

  /** The builds as they were at the chosen moment. */
  readonly shown = $derived.by((): readonly BuildView[] => {
    const { moment } = this;
    if (moment === undefined) return this.builds;
    const first = this.builds[0]?.number ?? 1;
    return takeEvents(
      [],
      this.#buildEvents.filter((e) => e.at <= moment),
    ).filter((b) => b.number >= first);
  });

  get lastBuild(): BuildView | undefined {
    return this.builds.at(-1);
  }

  get selectedStep(): BuildStep | undefined {
    for (const build of [...this.shown].reverse()) {
      const step = build.steps.find((s) => s.id === this.selected);
      if (step) return step;
    }
    return undefined;
  }

  /** Listens to the machine of the page. */
  start(): void {
    this.#session?.listen((message) => this.#receive(message));
  }

  /** Brings the lesson's start back: files, machine, everything. Progress stays. */
  async reset(): Promise<void> {
    this.#session?.stop();
    clearTimeout(this.#saveTimer);
    await forgetFiles(storageKey(this.lesson));
    location.reload();
  }

  stop(): void {
    this.#session?.stop();
  }

  input(id: number, data: string): void {
    this.#session?.input(id, data);
  }

  /** Whether the solution is played or was: then tasks are met, but not by the learner. */
  solved = $state<'no' | 'playing' | 'done'>('no');
  #played: ((told: Played) => void) | undefined;
  /** One terminal plays one thing at a time; what is asked for meanwhile comes after it. */
  #playing: Promise<unknown> = Promise.resolve();

  /** Types the steps into the terminal and waits for each; resolves with the output of `ask`, run aside afterwards. */
  play(steps: readonly PlainStep[], ask?: string): Promise<Played> {
    if (this.paused) this.setPace('real');
    document.dispatchEvent(new CustomEvent('drydock:terminal'));
    const played = this.#playing.then(
      () =>
        new Promise<Played>((resolve) => {
          this.#played = resolve;
          this.#session?.send({ type: 'play', id: 1, steps, ...(ask !== undefined && { ask }) });
        }),
    );
    this.#playing = played;
    return played;
  }

  /** Starts the lesson anew and plays its solution. */
  async showSolution(): Promise<void> {
    wishSolution(storageKey(this.lesson));
    await this.reset();
  }

  async #playSolution(): Promise<void> {
    this.solved = 'playing';
    await this.play(this.lesson.solution);
    this.solved = 'done';
  }

  /** Puts a command at the prompt; with `enter` it runs. */
  type(command: string, enter = false): void {
    this.input(1, `\x15${command}${enter ? '\r' : ''}`);
    document.dispatchEvent(new CustomEvent('drydock:terminal'));
  }

  /** Brings a picture to the front; on a narrow screen the sheet shows it. */
  open(panel: PanelId): void {
    this.panel = panel;
    document.dispatchEvent(new CustomEvent('drydock:picture'));
  }

  write(path: string, text: string): void {
    this.files = this.files.map((f) => (f.path === path ? { ...f, text, size: text.length } : f));
    this.#session?.send({ type: 'file.write', path, text });
    this.#save();
    this.#askForecast();
  }
  remove(path: string): void {
    this.#session?.send({ type: 'file.remove', path });
  }

  setPace(name: PaceName): void {
    this.pace = name;
    this.paused = name === 'step';
    this.#session?.send({ type: 'pace', pace: PACES[name] });
  }
  pause(on: boolean): void {
    this.paused = on;
    this.#session?.send({ type: 'pace', pace: on ? PACES.step : PACES[this.pace === 'step' ? 'slow' : this.pace] });
  }
  step(): void {
    if (!this.paused) this.pause(true);
    this.#session?.send({ type: 'step' });
  }

  /** Selects a step everywhere; selecting it again takes the selection back. */
  select(id: string): void {
    this.selected = this.selected === id ? '' : id;
  }

  #receive(message: FromMachine): void {
    switch (message.type) {
      case 'ready':
        this.status = 'ready';
        this.#askForecast();
        if (takeWish(storageKey(this.lesson))) void this.#playSolution();
        return;
      case 'played':
        this.#played?.({ done: message.done, ...(message.answer !== undefined && { answer: message.answer }) });
        return;
      case 'terminal.output':
      case 'terminal.ended':
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
        // The daemon is up: it can be asked how a build would go.
        if (!this.state.networks.length && message.state.networks.length) this.#askForecast();
        this.state = message.state;
        if (message.looks) this.looks = message.looks;
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
    this.history.take(events);
    this.events = [...this.events, ...events].slice(-4000);
    this.processes = takeProcesses(this.processes, events);
    const builds = takeEvents(this.builds, events);
    if (builds === this.builds) return;
    this.#buildEvents = [...this.#buildEvents, ...events.filter((e) => e.kind.startsWith('build.'))].slice(-20_000);
    this.moment = undefined;
    if (builds.at(-1)?.id !== this.builds.at(-1)?.id) this.selected = '';
    this.builds = builds.slice(-20);
    if (events.some((e) => e.kind === 'build.end')) this.#askForecast();
  }

  #save(): void {
    clearTimeout(this.#saveTimer);
    this.#saveTimer = setTimeout(() => {
      const files: Record<string, string> = {};
      for (const file of this.files) if (file.text !== undefined) files[file.path] = file.text;
      void saveFiles(storageKey(this.lesson), files).then((kept) => (this.kept = kept));
    }, 400);
  }

  /** Says which Dockerfile is looked at: its next build is foreseen. */
  foresee(path: string): void {
    if (path === this.#foreseen) return;
    this.#foreseen = path;
    this.forecast = undefined;
    this.#askForecast();
  }

  #askForecast(): void {
    if (this.status !== 'ready') return;
    clearTimeout(this.#forecastTimer);
    this.#forecastTimer = setTimeout(() => this.#session?.send({ type: 'forecast', dockerfile: this.#foreseen }), 60);
  }

  metTasks(): string[] {
    const entry = loadProgress()[this.lesson.id];
    return entry?.version === this.lesson.version ? entry.met : [];
  }
  saveMet(met: string[]): void {
    saveProgress(this.lesson.id, { version: this.lesson.version, met, of: this.lesson.tasks.length });
  }
}
