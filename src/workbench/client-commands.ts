/** The programs that spoke to the daemon, from the process events of the log: which command a request came from. */
import type { EventOf, MachineEvent } from '../../simulator/kernel/log.ts';

export interface ClientCommand {
  readonly pid: number;
  readonly argv: readonly string[];
  readonly program: string;
  readonly at: number;
  readonly seq: number;
  readonly requests: number;
  readonly ended?: number;
  readonly exit?: number;
}

const nameOf = (argv: readonly string[]): string => (argv[0] ?? '').replace(/^.*\//, '');

/** `docker` itself, or anything that is told where the daemon's socket is. */
const isClient = (argv: readonly string[]): boolean =>
  nameOf(argv) === 'docker' || argv.slice(1).some((word) => word.includes('docker.sock') && !word.includes(' '));

/** The command as a person would type it. */
export const commandText = (argv: readonly string[]): string =>
  [nameOf(argv), ...argv.slice(1)].map((w) => (/^[^\s'"$|&;<>()*?]+$/.test(w) ? w : `'${w}'`)).join(' ');

/** Follows client processes and says which one a request belongs to. */
export class ClientCommands {
  readonly #alive = new Map<number, ClientCommand>();
  readonly #ended: ClientCommand[] = [];
  /** Pids of dockerd; undefined while nothing was seen of it, because it was started before the log begins. */
  #daemon: number | undefined;
  #daemonGone = false;

  get daemonGone(): boolean {
    return this.#daemonGone;
  }

  /** Takes a process event; returns the command that has just ended, if one has. */
  take(event: MachineEvent): ClientCommand | undefined {
    if (event.kind === 'process.exec' || event.kind === 'process.start') {
      const { argv, pid } = event;
      if (nameOf(argv) === 'dockerd') {
        this.#daemon = pid;
        this.#daemonGone = false;
      }
      // A shell that forks keeps its own words until it executes others.
      if (isClient(argv) && (event.kind === 'process.exec' || !/sh$/.test(event.comm)))
        this.#alive.set(pid, { pid, argv, program: nameOf(argv), at: event.at, seq: event.seq, requests: 0 });
      else this.#alive.delete(pid);
      return undefined;
    }
    if (event.kind !== 'process.exit') return undefined;
    if (event.pid === this.#daemon) this.#daemonGone = true;
    const known = this.#alive.get(event.pid);
    if (!known) return undefined;
    this.#alive.delete(event.pid);
    const exit = 'code' in event.status ? event.status.code : undefined;
    const over = { ...known, ended: event.at, ...(exit === undefined ? {} : { exit }) };
    this.#ended.push(over);
    if (this.#ended.length > 20) this.#ended.shift();
    return over;
  }

  /** The process behind a request: of those alive the newest that can have sent it, else the last that ended during it. */
  owner(call: Pick<EventOf<'api.request'>, 'agent' | 'at' | 'ms'>): ClientCommand | undefined {
    const docker = call.agent.startsWith('Docker-Client');
    const fits = (c: ClientCommand): boolean => (c.program === 'docker') === docker;
    const found =
      [...this.#alive.values()].filter(fits).at(-1) ??
      this.#ended.findLast((c) => fits(c) && c.ended! >= call.at - call.ms - 1);
    if (found && this.#alive.has(found.pid)) {
      const counted = { ...found, requests: found.requests + 1 };
      this.#alive.delete(found.pid);
      this.#alive.set(found.pid, counted);
      return counted;
    }
    return found;
  }

  /** Those that run, the one that asked last at the end. */
  get running(): readonly ClientCommand[] {
    return [...this.#alive.values()];
  }

  /** The newest command that is running. */
  get newest(): ClientCommand | undefined {
    return [...this.#alive.values()].at(-1);
  }
}
