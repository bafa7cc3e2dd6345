/** The newest `docker run` as six things that happen, from the machine's event log. */
import type { EventOf, MachineEvent } from '../../simulator/kernel/log.ts';
import { bytes } from './units.ts';
import { ClientCommands, commandText, type ClientCommand } from './client-commands.ts';
import { exitWords } from './exit-words.ts';

export const STEPS = ['image', 'container', 'layer', 'network', 'process', 'end'] as const;
export type StepId = (typeof STEPS)[number];

export interface RunStep {
  readonly id: StepId;
  readonly state: 'wait' | 'now' | 'done' | 'failed';
  /** What happened, in a few words. */
  readonly words: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly at?: number;
}

export interface RunView {
  readonly pid: number;
  readonly argv: readonly string[];
  readonly command: string;
  readonly at: number;
  readonly steps: readonly RunStep[];
  readonly container?: string;
  /** The client's own exit code, when it has ended. */
  readonly exit?: number;
  /** Nothing more will happen by itself: it failed, or the container has ended. */
  readonly over: boolean;
  /** The words of the daemon, or of the client, for the step that failed. */
  readonly error?: string;
  /** How many steps have been reached. */
  readonly reached: number;
}

/** What a step is, before it has happened. */
const BEFORE: Record<StepId, string> = {
  image: 'find the image, or pull it',
  container: 'make a container',
  layer: 'put a writable layer on the image’s layers',
  network: 'connect it to a network',
  process: 'start the process',
  end: 'what is left when it ends',
};

type Draft = { -readonly [K in keyof RunStep]: RunStep[K] };
type Facts = (readonly [string, string])[];
const layers = (n: number): string => (n === 1 ? 'one layer' : `${n} layers`);
const short = (id: string): string => id.replace(/^sha256:/, '').slice(0, 12);

class Run {
  readonly command: ClientCommand;
  readonly steps: Draft[] = STEPS.map((id) => ({ id, state: 'wait', words: BEFORE[id], facts: [] }));
  /** The container, once it is made. */
  made: EventOf<'container.create'> | undefined;
  exit: number | undefined;
  error: string | undefined;
  over = false;
  #pulled = new Map<string, { status: string; current: number; total: number }>();
  #published: string[] = [];
  #endpoints: Facts = [];
  #asked = false;

  constructor(command: ClientCommand) {
    this.command = command;
  }

  step(id: StepId): Draft {
    return this.steps[STEPS.indexOf(id)]!;
  }

  set(id: StepId, event: MachineEvent, state: RunStep['state'], words: string, facts: Facts = []): void {
    Object.assign(this.step(id), { state, words, facts, at: event.at });
  }

  fail(id: StepId, event: MachineEvent, error: string): void {
    this.error = error;
    this.over = true;
    this.set(id, event, 'failed', 'failed here', this.step(id).facts as Facts);
  }

  /** A request of the client itself was answered. */
  request(event: EventOf<'api.request'>): void {
    const path = event.path.replace(/^\/v[\d.]+(?=\/)|\?.*$/g, '');
    const failed = event.status >= 400 || event.status === 0;
    if (path === '/containers/create') {
      const missing = event.status === 404 && (event.error ?? '').startsWith('No such image');
      if (missing) this.set('image', event, 'now', 'not on this machine: it has to be pulled', this.#imageFacts());
      else if (failed) {
        if (this.step('image').state !== 'done') this.set('image', event, 'done', 'the image is here');
        this.fail('container', event, event.error ?? `status ${event.status}`);
      }
      this.#asked = true;
    } else if (path === '/images/create' && failed) this.fail('image', event, event.error ?? `status ${event.status}`);
    else if (path.endsWith('/start') && failed) {
      const error = event.error ?? `status ${event.status}`;
      this.fail(
        /container networking|endpoint|port is already allocated/.test(error) ? 'network' : 'process',
        event,
        error,
      );
    }
  }

  pull(event: EventOf<'image.pull'>): void {
    this.#pulled.set(event.layer, event);
    const sizes = [...this.#pulled.values()];
    const done = sizes.filter((l) => l.status === 'Pull complete').length;
    const current = sizes.reduce((n, l) => n + (l.status === 'Downloading' ? l.current : l.total), 0);
    const words = `pulling: ${done} of ${sizes.length} layers unpacked, ${bytes(current)} received`;
    this.set('image', event, 'now', words, this.#imageFacts());
  }

  #imageFacts(): Facts {
    const layers = [...this.#pulled].map(([layer, l]): readonly [string, string] => [layer, l.status.toLowerCase()]);
    return layers.slice(0, 12);
  }

  create(event: EventOf<'container.create'>): void {
    this.made = event;
    const { config } = event;
    this.set(
      'image',
      event,
      'done',
      this.#pulled.size > 0 ? `pulled: ${layers(this.#pulled.size)}` : 'already on this machine, nothing to pull',
      [
        ['name', event.image],
        ['digest', short(event.imageId)],
        ['layers', String(event.layers)],
      ],
    );
    this.set('container', event, 'done', `made, with the id ${short(event.id)}; nothing runs yet`, [
      ['id', short(event.id)],
      ['name', event.name],
      ['will run', commandText(config.argv)],
      ...(config.user ? ([['user', config.user]] as Facts) : []),
      ...(config.workingDir ? ([['folder', config.workingDir]] as Facts) : []),
    ]);
    this.set('layer', event, 'done', `${layers(event.layers)} below, read-only; one of its own on top`, [
      ['below', `${layers(event.layers)} of ${event.image}, shared`],
      ['on top', 'empty; everything it writes goes here'],
      ...config.mounts.map((m): readonly [string, string] => [
        m.destination,
        `${m.anonymous ? `volume ${short(m.source)}` : `${m.type} ${m.source}`}${m.readonly ? ', read-only' : ''}`,
      ]),
    ]);
  }

  connect(event: EventOf<'network.connect'>): void {
    this.#endpoints.push([event.name, event.address || 'the host’s own addresses']);
    this.set('network', event, 'done', this.#networkWords(), [...this.#endpoints]);
  }

  publish(event: EventOf<'net.publish'>): void {
    const text = `${event.hostIp}:${event.hostPort}`;
    if (this.step('network').state !== 'done' || this.#published.includes(text)) return;
    this.#published.push(text);
    const { facts } = this.step('network');
    const published = [text, `→ ${event.to.host}:${event.to.port}/${event.protocol}`] as const;
    this.set('network', event, 'done', this.#networkWords(), [...facts, published]);
  }

  #networkWords(): string {
    const [[name, address] = ['', '']] = this.#endpoints;
    if (name === 'host') return 'none of its own: it uses the host’s';
    if (name === 'none') return 'only a loopback: nobody reaches it';
    const ports = this.#published.length;
    return `on ${name} as ${address}${ports > 0 ? `, ${ports === 1 ? 'a port' : `${ports} ports`} published` : ''}`;
  }

  start(event: EventOf<'container.start'>): void {
    const config = this.made?.config;
    if (this.step('network').state === 'wait') {
      const mode = config?.network ?? '';
      const words =
        mode === 'host'
          ? 'none of its own: it uses the host’s'
          : mode.startsWith('container:')
            ? `that of ${short(mode.slice('container:'.length))}`
            : 'only a loopback: nobody reaches it';
      this.set('network', event, 'done', words, [['mode', mode || 'none']]);
    }
    const attached = config?.attached ?? false;
    this.set('process', event, 'done', `PID 1 inside is PID ${event.pid} on the host`, [
      ['command', commandText(config?.argv ?? [])],
      ['PID', `1 inside, ${event.pid} on the host`],
      ['output', attached ? 'attached: comes to this terminal' : 'detached: goes to the log only'],
      ['input', config?.openStdin ? 'stays open (-i)' : 'is empty: no -i'],
      ['terminal', config?.tty ? 'a pseudo-terminal (-t)' : 'none: no -t'],
    ]);
    const after = config?.autoRemove
      ? 'still running; --rm will remove it'
      : config?.restart && config.restart !== 'no'
        ? `still running; --restart ${config.restart} starts it again`
        : 'still running; it will stay as exited';
    this.set('end', event, 'wait', after);
  }

  die(event: EventOf<'container.die'>): void {
    const config = this.made?.config;
    const facts: Facts = [['exit code', exitWords(event.exitCode, event.oomKilled)]];
    if (event.restarting) {
      this.set(
        'end',
        event,
        'now',
        `ended with ${event.exitCode}; --restart ${config?.restart ?? ''} starts it again`,
        facts,
      );
      return;
    }
    const what = config?.autoRemove ? 'now --rm removes it' : 'it stays, with its layer and its log';
    this.set('end', event, config?.autoRemove ? 'now' : 'done', `ended with ${event.exitCode}; ${what}`, facts);
    if (!config?.autoRemove) this.over = true;
    // A command that is not there, in a shell of the image: the container did run.
    if (event.exitCode === 126 || event.exitCode === 127) this.error = exitWords(event.exitCode);
  }

  destroy(event: EventOf<'container.destroy'>): void {
    // A start that fails takes the container of --rm away before its request is answered.
    if (this.step('process').state !== 'done') {
      this.set('end', event, 'done', 'what had been made was removed again (--rm)');
      return;
    }
    const words = this.made?.config.autoRemove
      ? 'removed by --rm: container, layer and log are gone'
      : 'removed: container, layer and log are gone';
    this.set('end', event, 'done', words, this.step('end').facts as Facts);
    this.over = true;
  }

  ended(event: EventOf<'process.exit'>): void {
    this.exit = 'code' in event.status ? event.status.code : undefined;
    if (this.made === undefined && !this.over) {
      this.over = true;
      // The client gave up before it had asked for anything.
      if (!this.#asked && (this.exit ?? 1) !== 0) this.error ??= '';
    }
  }

  get view(): RunView {
    const { command, made, exit, error } = this;
    const reached = this.steps.findLastIndex((s) => s.state !== 'wait') + 1;
    return {
      pid: command.pid,
      argv: command.argv,
      command: commandText(command.argv),
      at: command.at,
      steps: this.steps.map((s) => ({ ...s })),
      over: this.over,
      reached,
      ...(made ? { container: made.id } : {}),
      ...(exit === undefined ? {} : { exit }),
      ...(error === undefined ? {} : { error }),
    };
  }
}

/** The newest run; `isRun` says which command lines are one (as the client reads them). */
export function readRun(
  events: readonly MachineEvent[],
  isRun: (argv: readonly string[]) => boolean,
): RunView | undefined {
  const commands = new ClientCommands();
  let run: Run | undefined;
  for (const event of events) {
    commands.take(event);
    if (event.kind === 'process.exec' || event.kind === 'process.start') {
      const begun = commands.newest;
      if (begun?.seq === event.seq && isRun(begun.argv)) run = new Run(begun);
      continue;
    }
    if (!run) continue;
    const own = commands.newest?.pid === run.command.pid;
    switch (event.kind) {
      case 'api.request':
        if (commands.owner(event)?.pid === run.command.pid && !run.over) run.request(event);
        break;
      case 'image.pull':
        if (own && !run.made) run.pull(event);
        break;
      case 'container.create':
        if (own && !run.made) run.create(event);
        break;
      case 'net.publish':
        if (own && run.made && run.step('process').state === 'wait') run.publish(event);
        break;
      case 'network.connect':
        if (event.container === run.made?.id && run.step('process').state === 'wait') run.connect(event);
        break;
      case 'container.start':
        if (event.id === run.made?.id && run.step('end').state === 'wait') run.start(event);
        break;
      case 'container.die':
        if (event.id === run.made?.id && !run.over) run.die(event);
        break;
      case 'container.destroy':
        if (event.id === run.made?.id) run.destroy(event);
        break;
      case 'process.exit':
        if (event.pid === run.command.pid && run.exit === undefined) run.ended(event);
        break;
    }
  }
  return run?.view;
}
