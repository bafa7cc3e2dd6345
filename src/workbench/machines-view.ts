/**
 * Containers and virtual machines on one host, as it measured them: processes, memory, and how long each took to start.
 * A value that was not measured is undefined; none is made up.
 */
import type { ContainerView, MachineState, VmView } from '../../simulator/engine/state.ts';
import type { EventOf, MachineEvent } from '../../simulator/kernel/log.ts';

/** A stage of a boot: when it began, ms from power-on, and how long it took where it is over. */
export interface Stage {
  readonly stage: EventOf<'vm.boot'>['stage'];
  readonly at: number;
  readonly ms: number | undefined;
  readonly detail: string;
}

export interface Start {
  /** From being asked for until the first process ran, or until the machine answered, ms. */
  readonly ms: number;
  readonly what: string;
}

/** How long the container's first start took, from its creation; undefined where that is not in the events. */
export function containerStart(events: readonly MachineEvent[], id: string): Start | undefined {
  let asked: number | undefined;
  let found: Start | undefined;
  for (const event of events) {
    if (!('id' in event) || event.id !== id) continue;
    if (event.kind === 'container.create') asked = event.at;
    else if (event.kind === 'container.start') {
      if (asked !== undefined) found = { ms: event.at - asked, what: 'from create to its first process' };
      asked = undefined;
    }
  }
  return found;
}

/** The last boot of a machine, from its events: empty where it began before them. */
export function bootOf(events: readonly MachineEvent[], name: string): Stage[] {
  let stages: Stage[] = [];
  for (const event of events) {
    if (!('name' in event) || event.name !== name) continue;
    if (event.kind === 'vm.start') stages = [];
    else if (event.kind === 'vm.boot') {
      const before = stages.at(-1);
      if (before && before.ms === undefined) stages[stages.length - 1] = { ...before, ms: event.ms - before.at };
      if (event.stage !== 'ready')
        stages.push({ stage: event.stage, at: event.ms, ms: undefined, detail: event.detail });
    } else if (event.kind === 'vm.stop' || event.kind === 'vm.panic') {
      stages = stages.filter((s) => s.ms !== undefined);
    }
  }
  return stages;
}

/** How long a machine took from power-on until it answered. */
export const vmStart = (vm: VmView): Start | undefined =>
  vm.readyAt > 0 && vm.readyAt >= vm.poweredOnAt
    ? { ms: vm.readyAt - vm.poweredOnAt, what: 'from power-on until it answered' }
    : undefined;

/** One thing that runs on the host. */
export interface Occupant {
  /** `container:ID` or `vm:NAME`, as it is selected everywhere. */
  readonly key: string;
  readonly kind: 'container' | 'vm';
  readonly name: string;
  /** Bytes taken from the host, and how much of them is in use. */
  readonly held: number;
  readonly used: number;
  readonly processes: number;
  /** Release of the kernel its processes run on. */
  readonly kernel: string;
  readonly start: Start | undefined;
}

export const runs = (vm: VmView): boolean => vm.hypervisor > 0;

const container = (c: ContainerView, kernel: string, events: readonly MachineEvent[]): Occupant => ({
  key: `container:${c.id}`,
  kind: 'container',
  name: c.name,
  held: c.usage.memory,
  used: c.usage.memory,
  processes: c.processes.length,
  kernel,
  start: containerStart(events, c.id),
});

const machine = (vm: VmView): Occupant => ({
  key: `vm:${vm.name}`,
  kind: 'vm',
  name: vm.name,
  held: runs(vm) ? vm.memory : 0,
  used: runs(vm) ? vm.memoryUsed : 0,
  processes: vm.processes.length,
  kernel: vm.kernel,
  start: vmStart(vm),
});

/** What runs: containers first, machines then. */
export function occupants(state: MachineState, events: readonly MachineEvent[]): Occupant[] {
  const kernel = state.host?.kernel ?? '';
  return [
    ...state.containers.filter((c) => c.inside).map((c) => container(c, kernel, events)),
    ...state.machines.filter(runs).map(machine),
  ];
}

/** The picture in one sentence. */
export function inWords(state: MachineState): string {
  const containers = state.containers.filter((c) => c.inside).length;
  const machines = state.machines.filter(runs).length;
  const some = (n: number, one: string, more: string): string => (n === 1 ? `one ${one}` : `${n} ${more}`);
  const left = containers ? `${some(containers, 'container', 'containers')} on the host’s kernel` : 'No container runs';
  const right = machines
    ? `${some(machines, 'virtual machine', 'virtual machines')}, each with a kernel of its own`
    : 'no virtual machine runs';
  return `${left.charAt(0).toUpperCase()}${left.slice(1)}; ${right.replace('one virtual machine, each', 'one virtual machine,')}.`;
}

/** A time as long as it needs: `181 ms`, `18.1 s`. */
export const lasted = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

/** A part of a whole in percent, so that what is there can be seen. */
export const share = (part: number, whole: number): number =>
  part <= 0 || whole <= 0 ? 0 : Math.min(100, Math.max(0.6, (part / whole) * 100));
