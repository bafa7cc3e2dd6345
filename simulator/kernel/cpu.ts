/** CPU time: who computes goes through the timer queue, so that virtual time passes and others get their turn. */
import type { CgroupNode } from './cgroups.ts';
import type { KernelCore } from './core.ts';
import type { Proc } from './process.ts';

/** What one system call takes, ms. */
export const CALL_COST = 0.002;

/** Calls after which a process has to go through the timer queue. */
export const CALLS_PER_QUANTUM = 128;

/** Longest stretch of CPU time in one go, ms: limits and the number of competitors may change meanwhile. */
const SLICE = 50;

/** Period of cpu.max, ms. */
const PERIOD = 100;

/**
 * CPU time that stands for the calls of one quantum. A program that never waits for anything is given more and more for
 * them, so that an endless loop costs the host little however long it runs.
 */
export function quantumOf(process: Proc, now: number): number {
  if (now - process.lastQuantum > 60) process.streak = 0;
  process.streak++;
  return process.streak < 24 ? 1 : process.streak < 200 ? 5 : 20;
}

/** Where a guest's CPU time comes from: its hypervisor, a process of the host among others. */
export interface Carrier {
  /** Another process of the guest computes, or one fewer. */
  busy(on: boolean): void;
  /** The share of the host's CPU it gets now: at most 1. */
  rate(): number;
  /** CPU time was used, ms. */
  ran(ms: number): void;
}

/** The share of a CPU `process` gets when it competes with those that are busy now: at most 1. */
export function rate(core: KernelCore, process: Proc): number {
  const group = process.cgroup;
  let share = core.carrier?.rate() ?? 1;
  const { cpus: total } = core.hardware;
  if (core.busy.total > total) {
    // Groups share by weight, processes within a group alike.
    let weights = 0;
    for (const other of core.busy.groups.keys()) weights += other.limits.cpuShares ?? 1024;
    const own = (group.limits.cpuShares ?? 1024) / core.busy.groups.get(group)!;
    share = Math.min(share, (total * own) / weights);
  }
  for (let at: typeof group | undefined = group; at; at = at.parent) {
    const set = at.limits.cpuset;
    const cpus = Math.min(at.limits.cpus ?? Infinity, set === undefined || set === '' ? Infinity : cpusetSize(set));
    if (cpus / at.busy < share) {
      share = cpus / at.busy;
      if (at.limits.cpus !== undefined) at.usage.throttled++;
    }
  }
  return Math.max(share, 1e-6);
}

/** Who uses a CPU at the moment: processes in all, and by cgroup. */
export class BusyCount {
  total = 0;
  readonly groups = new Map<CgroupNode, number>();
  add(group: CgroupNode): void {
    this.total++;
    this.groups.set(group, (this.groups.get(group) ?? 0) + 1);
    group.setBusy(true);
  }
  remove(group: CgroupNode): void {
    this.total--;
    const left = this.groups.get(group)! - 1;
    if (left === 0) this.groups.delete(group);
    else this.groups.set(group, left);
    group.setBusy(false);
  }
}

/** How many CPUs a list such as `0-1,3` names. */
export function cpusetSize(list: string): number {
  let count = 0;
  for (const part of list.split(',')) {
    const [from, to] = part.split('-').map(Number);
    count += to === undefined ? 1 : to - from! + 1;
  }
  return Math.max(1, count);
}

/** Uses `ms` of CPU time, then calls back. Returns what cancels it. */
export function useCpu(core: KernelCore, process: Proc, ms: number, done: () => void): () => void {
  let cancelTimer: (() => void) | undefined;
  let left = ms;
  let computing = false;
  const next = (): void => {
    const slice = Math.min(left, SLICE);
    computing = true;
    if (process.computing++ === 0) {
      process.busyIn = process.cgroup;
      core.busy.add(process.busyIn);
      core.carrier?.busy(true);
    }
    const wall = slice / rate(core, process);
    cancelTimer = core.clock.timer(wall, () => {
      idle();
      charge(process, slice);
      core.carrier?.ran(slice);
      for (let at: typeof process.cgroup | undefined = process.cgroup; at; at = at.parent) {
        if (at.limits.cpus === undefined) continue;
        at.usage.periods += Math.max(1, Math.round(wall / PERIOD));
        at.usage.throttledMs += wall - slice;
      }
      left -= slice;
      if (left > 1e-9) {
        if (process.held) process.withhold(next);
        else next();
      } else {
        process.lastQuantum = core.clock.now();
        done();
      }
    });
  };
  const idle = (): void => {
    if (!computing) return;
    computing = false;
    if (--process.computing > 0) return;
    core.busy.remove(process.busyIn!);
    core.carrier?.busy(false);
  };
  next();
  return () => {
    cancelTimer?.();
    idle();
  };
}

/** Accounts CPU time to a process and its cgroup. */
export function charge(process: Proc, ms: number): void {
  process.cpu += ms;
  process.cgroup.charged(ms + process.unbilled);
  process.unbilled = 0;
}
