/** What happened on the machine so far, put together from its event log: containers and processes that are gone, too. */
import type { ContainerSetup } from '../../simulator/engine/state.ts';
import type { MachineEvent } from '../../simulator/kernel/log.ts';
import { signalNumber } from '../../simulator/kernel/signals.ts';

/** From start to end of a container's main process. */
export interface Run {
  readonly from: number;
  to?: number;
  exitCode?: number;
}

export interface ContainerPast {
  readonly id: string;
  name: string;
  readonly image: string;
  readonly setup: ContainerSetup;
  status: 'created' | 'running' | 'paused' | 'exited' | 'removed';
  exitCode?: number;
  oom: boolean;
  starts: number;
  /** When it ran, virtual ms since the epoch; the last one may still. */
  readonly runs: Run[];
  readonly networks: Set<string>;
  /** What its own process printed, and what execs did. */
  output: string;
  execOutput: string;
}

export interface ProcessPast {
  readonly pid: number;
  readonly inside: number;
  command: string;
  /** Id of the container; undefined on the host. */
  readonly container?: string;
  /** 128 + signal where a signal ended it; undefined while it runs. */
  exit?: number;
  readonly signals: string[];
}

/** Kinds that come by the thousand and that no task asks for. */
const NOISE = /^(net\.(data|bytes|datagram|attach|detach|namespace)|build\.trace|process\.)/;
const KEPT_EVENTS = 20_000;
const KEPT_PRINTED = 2000;
const KEPT_PROCESSES = 5000;
const KEPT_OUTPUT = 32_768;
export class History {
  /** By id, oldest first. */
  readonly containers = new Map<string, ContainerPast>();
  processes: ProcessPast[] = [];
  /** The events that tasks may ask for. */
  events: MachineEvent[] = [];
  /** What containers printed, piece by piece; apart, so that a talkative one does not push out the other events. */
  printed: MachineEvent[] = [];
  readonly #running = new Map<number, ProcessPast>();

  /** Takes the next events of the log, in order. */
  take(events: readonly MachineEvent[]): void {
    for (const event of events) {
      this.#takeProcess(event);
      this.#takeContainer(event);
      if (event.kind === 'container.output') this.printed.push(event);
      else if (!NOISE.test(event.kind)) this.events.push(event);
    }
    if (this.printed.length > KEPT_PRINTED) this.printed = this.printed.slice(-KEPT_PRINTED);
    if (this.events.length > KEPT_EVENTS) this.events = this.events.slice(-KEPT_EVENTS);
    if (this.processes.length > KEPT_PROCESSES) this.processes = this.processes.slice(-KEPT_PROCESSES);
  }

  #takeProcess(event: MachineEvent): void {
    switch (event.kind) {
      case 'process.start': {
        const container = /[0-9a-f]{64}/.exec(event.cgroup)?.[0];
        const past: ProcessPast = {
          pid: event.pid,
          inside: event.innerPid,
          command: event.argv.join(' '),
          ...(container !== undefined && { container }),
          signals: [],
        };
        this.#running.set(event.pid, past);
        this.processes.push(past);
        return;
      }
      case 'process.exec': {
        const past = this.#running.get(event.pid);
        if (past) past.command = event.argv.join(' ');
        return;
      }
      case 'process.signal':
        this.#running.get(event.pid)?.signals.push(event.signal);
        return;
      case 'process.exit': {
        const past = this.#running.get(event.pid);
        this.#running.delete(event.pid);
        if (past) past.exit = 'code' in event.status ? event.status.code : 128 + signalNumber(event.status.signal);
        return;
      }
    }
  }

  #takeContainer(event: MachineEvent): void {
    if (event.kind === 'container.create') {
      const { id, name, image, config } = event;
      this.containers.set(id, {
        id,
        name,
        image,
        setup: config,
        status: 'created',
        oom: false,
        starts: 0,
        runs: [],
        networks: new Set(),
        output: '',
        execOutput: '',
      });
      return;
    }
    if (event.kind === 'network.connect' || event.kind === 'network.disconnect') {
      const past = this.containers.get(event.container);
      if (event.kind === 'network.connect') past?.networks.add(event.name);
      return;
    }
    if (!('id' in event)) return;
    const past = this.containers.get(event.id);
    if (!past) return;
    switch (event.kind) {
      case 'container.start':
        past.status = 'running';
        past.starts++;
        past.runs.push({ from: event.at });
        past.oom = false;
        return;
      case 'container.die':
        past.status = 'exited';
        Object.assign(past.runs.at(-1) ?? {}, { to: event.at, exitCode: event.exitCode });
        past.exitCode = event.exitCode;
        past.oom = event.oomKilled;
        return;
      case 'container.pause':
        past.status = 'paused';
        return;
      case 'container.unpause':
        past.status = 'running';
        return;
      case 'container.rename':
        past.name = event.name;
        return;
      case 'container.destroy':
        past.status = 'removed';
        return;
      case 'container.output':
        if (event.exec === undefined) past.output = (past.output + event.text).slice(-KEPT_OUTPUT);
        else past.execOutput = (past.execOutput + event.text).slice(-KEPT_OUTPUT);
        return;
    }
  }
}
