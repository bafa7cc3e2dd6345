/** Which state each container is in, how it came there, and which command did it: from the machine's event log. */
import type { EventOf, MachineEvent } from '../../simulator/kernel/log.ts';
import type { MachineState } from '../../simulator/machine.ts';
import { ClientCommands, commandText, type ClientCommand } from './client-commands.ts';
import { signalName } from '../../simulator/kernel/signals.ts';
import { exitWords } from './exit-words.ts';

export const PLACES = ['created', 'running', 'paused', 'restarting', 'exited', 'removed'] as const;
export type Place = (typeof PLACES)[number];

/** The ways between the states, as the picture draws them. */
export type Edge = 'create' | 'start' | 'again' | 'pause' | 'unpause' | 'end' | 'policy' | 'remove';

export interface Passage {
  readonly seq: number;
  readonly at: number;
  /** Absent for something that happened without a change of state. */
  readonly edge?: Edge;
  readonly to: Place;
  readonly words: string;
  readonly command?: string;
  readonly failed?: true;
}

export interface Life {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly place: Place;
  /** `exited` containers: the code, and what it says. */
  readonly exitCode?: number;
  readonly exit?: string;
  readonly oomKilled: boolean;
  readonly health: string;
  readonly history: readonly Passage[];
  readonly autoRemove: boolean;
  readonly restart: string;
}

export interface LifecycleView {
  readonly lives: readonly Life[];
  /** The newest change of state. */
  readonly last?: { readonly life: Life; readonly passage: Passage };
}

/** Removed containers that are still shown. */
const GHOSTS = 3;

type Draft = { -readonly [K in keyof Life]: Life[K] } & {
  history: Passage[];
  creator?: ClientCommand | undefined;
  /** The signal asked for last, and by which command. */
  signal?: { readonly words: string; readonly command: string | undefined } | undefined;
};

class Reader {
  readonly #commands = new ClientCommands();
  readonly #lives = new Map<string, Draft>();
  last: { id: string; passage: Passage } | undefined;

  get lives(): ReadonlyMap<string, Draft> {
    return this.#lives;
  }

  take(event: MachineEvent): void {
    this.#commands.take(event);
    if (event.kind === 'api.request') return this.#request(event);
    if (event.kind === 'container.create') return this.#create(event);
    if (!event.kind.startsWith('container.') || !('id' in event)) return;
    const life = this.#lives.get(event.id);
    if (!life) return;
    switch (event.kind) {
      case 'container.start': {
        const before = life.place;
        const edge = before === 'created' ? 'start' : before === 'restarting' ? 'policy' : 'again';
        const words =
          edge === 'policy'
            ? `started again by --restart ${life.restart}, PID ${event.pid}`
            : `started, PID ${event.pid} on the host`;
        life.oomKilled = false;
        life.signal = undefined;
        delete life.exit;
        delete life.exitCode;
        this.#pass(life, event, { edge, to: 'running', words, by: edge === 'policy' ? undefined : this.#by(life) });
        return;
      }
      case 'container.die':
        life.exitCode = event.exitCode;
        life.oomKilled = event.oomKilled;
        life.exit = exitWords(event.exitCode, event.oomKilled);
        this.#pass(life, event, {
          edge: event.restarting ? 'policy' : 'end',
          to: event.restarting ? 'restarting' : 'exited',
          words: `${life.signal?.words ?? 'its first process ended'}; ${life.exit}`,
          by: life.signal?.command ?? this.#by(life, ENDING),
        });
        return;
      case 'container.pause':
        this.#pass(life, event, {
          edge: 'pause',
          to: 'paused',
          words: 'frozen: its processes get no CPU',
          by: this.#by(life),
        });
        return;
      case 'container.unpause':
        this.#pass(life, event, { edge: 'unpause', to: 'running', words: 'runs on', by: this.#by(life) });
        return;
      case 'container.destroy': {
        const self = life.autoRemove && this.#by(life, ENDING) === undefined;
        this.#pass(life, event, {
          edge: 'remove',
          to: 'removed',
          words: self ? 'removed by its --rm, with its layer' : 'removed, with its layer',
          by: self ? undefined : (this.#by(life) ?? this.#pruning()),
        });
        return;
      }
      case 'container.rename':
        life.name = event.name;
        this.#pass(life, event, {
          to: life.place,
          words: `renamed from ${event.oldName}`,
          by: this.#by({ ...life, name: event.oldName }),
        });
        return;
      case 'container.oom':
        this.#pass(life, event, { to: life.place, words: 'reached its memory limit: the kernel ended a process' });
        return;
      case 'container.health':
        if (event.status === life.health) return;
        life.health = event.status;
        this.#pass(life, event, { to: life.place, words: `its health check says ${event.status}` });
        return;
    }
  }

  #create(event: EventOf<'container.create'>): void {
    const creator = this.#commands.newest;
    const life: Draft = {
      id: event.id,
      name: event.name,
      image: event.image,
      place: 'created',
      oomKilled: false,
      health: '',
      history: [],
      autoRemove: event.config.autoRemove,
      restart: event.config.restart,
      creator,
    };
    this.#lives.set(event.id, life);
    this.#pass(life, event, {
      edge: 'create',
      to: 'created',
      words: `made from ${event.image}; nothing runs yet`,
      by: creator && commandText(creator.argv),
    });
  }

  /** Signals, and starts that failed, are requests: the daemon has no event for them. */
  #request(event: EventOf<'api.request'>): void {
    const match = /\/containers\/([^/?]+)\/(start|restart|kill|stop)(?:\?(.*))?$/.exec(event.path);
    const life = match && this.#find(decodeURIComponent(match[1]!));
    if (!match || !life) return;
    const owner = this.#commands.owner(event);
    const command = owner && commandText(owner.argv);
    if (match[2] === 'kill' && event.status < 400) {
      const text = new URLSearchParams(match[3] ?? '').get('signal') || 'KILL';
      const signal = /^\d+$/.test(text) ? (signalName(Number(text)) ?? text) : `SIG${text.replace(/^SIG/, '')}`;
      life.signal = { words: `${signal} was sent`, command };
      if (life.place === 'running')
        this.#pass(life, event, { to: life.place, words: `${signal} sent to its first process`, by: command });
    } else if (match[2] === 'start' && event.status >= 400) {
      const words = `could not start: ${event.error ?? String(event.status)}`;
      this.#pass(life, event, { to: life.place, words, by: command, failed: true });
    }
  }

  #find(named: string): Draft | undefined {
    return (
      this.#lives.get(named) ??
      [...this.#lives.values()].findLast((l) => l.name === named || (named.length > 3 && l.id.startsWith(named)))
    );
  }

  /** The command that acts on a container now: the newest that names it, else the one that made it. */
  #by(life: Pick<Draft, 'name' | 'id' | 'creator'>, verbs?: ReadonlySet<string>): string | undefined {
    const names = (word: string): boolean =>
      word === life.name || (word.length > 3 && /^[0-9a-f]+$/.test(word) && life.id.startsWith(word));
    const fits = (c: ClientCommand): boolean =>
      c.argv.slice(1).some(names) && (!verbs || c.argv.slice(1).some((w) => verbs.has(w)));
    const found =
      this.#commands.running.findLast(fits) ??
      (verbs ? undefined : this.#commands.running.find((c) => c.pid === life.creator?.pid));
    return found && commandText(found.argv);
  }

  #pruning(): string | undefined {
    const found = this.#commands.running.findLast((c) => c.argv.includes('prune') || c.argv.includes('down'));
    return found && commandText(found.argv);
  }

  #pass(
    life: Draft,
    event: MachineEvent,
    what: { edge?: Edge; to: Place; words: string; by?: string | undefined; failed?: true },
  ): void {
    const { edge, to, words, by, failed } = what;
    const passage: Passage = {
      seq: event.seq,
      at: event.at,
      to,
      words,
      ...(edge ? { edge } : {}),
      ...(by === undefined ? {} : { command: by }),
      ...(failed ? { failed } : {}),
    };
    life.place = to;
    life.history = [...life.history, passage].slice(-60);
    if (edge) this.last = { id: life.id, passage };
  }
}

/** Commands that end a container. */
const ENDING: ReadonlySet<string> = new Set(['stop', 'kill', 'restart', 'rm', 'down']);

const placeOf = (status: string): Place =>
  status === 'removing' || status === 'dead' ? 'exited' : (PLACES.find((p) => p === status) ?? 'exited');

/**
 * All containers the events tell of, with those whose beginning is no longer in the log as the daemon describes them now.
 */
export function readLives(events: readonly MachineEvent[], now: MachineState['containers'] = []): LifecycleView {
  const reader = new Reader();
  for (const event of events) reader.take(event);
  const known = [...reader.lives.values()].map(({ creator: _creator, signal: _signal, ...life }): Life => {
    // A restart that is called off while it waits is no event.
    const off = life.place === 'restarting' && now.some((c) => c.id === life.id && c.status === 'exited');
    return off ? { ...life, place: 'exited' } : life;
  });
  const gone = known.filter((l) => l.place === 'removed').slice(-GHOSTS);
  const older = now
    .filter((c) => !reader.lives.has(c.id))
    .map((c): Life => {
      const place = placeOf(c.status);
      return {
        id: c.id,
        name: c.name,
        image: c.image,
        place,
        ...(place === 'exited' ? { exitCode: c.exitCode, exit: exitWords(c.exitCode, c.oomKilled) } : {}),
        oomKilled: c.oomKilled,
        health: c.health,
        history: [],
        autoRemove: false,
        restart: '',
      };
    });
  const lives = [...older, ...known.filter((l) => l.place !== 'removed' || gone.includes(l))];
  const { last } = reader;
  const life = last && lives.find((l) => l.id === last.id);
  return { lives, ...(last && life ? { last: { life, passage: last.passage } } : {}) };
}

/** The commands that move a container on from where it is, and where each leads. */
export function waysOn(life: Life): readonly { readonly command: string; readonly to: string }[] {
  const { name } = life;
  switch (life.place) {
    case 'created':
      return [
        { command: `docker start ${name}`, to: 'running' },
        { command: `docker rm ${name}`, to: 'removed' },
      ];
    case 'running':
      return [
        { command: `docker stop ${name}`, to: 'exited, SIGTERM first' },
        { command: `docker kill ${name}`, to: 'exited, SIGKILL' },
        { command: `docker pause ${name}`, to: 'paused' },
      ];
    case 'paused':
      return [{ command: `docker unpause ${name}`, to: 'running' }];
    case 'restarting':
      return [{ command: `docker stop ${name}`, to: 'exited, for good' }];
    case 'exited':
      return [
        { command: `docker start ${name}`, to: 'running again, with the same layer' },
        { command: `docker logs ${name}`, to: 'what it printed' },
        { command: `docker rm ${name}`, to: 'removed' },
      ];
    case 'removed':
      return [];
  }
}
