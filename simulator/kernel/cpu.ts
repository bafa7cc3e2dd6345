/** CPU time: who computes goes through the timer queue, so that virtual time passes and others get their turn. */
import type { KernelCore } from './core.ts';
import { charge } from './lifecycle.ts';
import type { Proc } from './process.ts';

/** CPUs of the machine. */
export const CPUS = 2;

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

/** The share of a CPU `process` gets when it competes with those that are busy now: at most 1. */
function rate(core: KernelCore, process: Proc): number {
  const group = process.cgroup;
  const ownWeight = (group.limits.cpuShares ?? 1024) / Math.max(1, group.busy);
  let share = 1;
  if (core.busy.size > CPUS) {
    let weights = 0;
    for (const other of core.busy) weights += (other.cgroup.limits.cpuShares ?? 1024) / Math.max(1, other.cgroup.busy);
    share = Math.min(1, (CPUS * ownWeight) / weights);
  }
  for (let at: typeof group | undefined = group; at; at = at.parent) {
    const set = at.limits.cpuset;
    const cpus = Math.min(at.limits.cpus ?? Infinity, set === undefined || set === '' ? Infinity : cpusetSize(set));
    if (cpus / at.busy < share) {
      share = cpus / at.busy;
      if (at.limits.cpus !== undefined) at.usage.throttled++;
    }
  }
  return Math.max(share, 0.001);
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
      core.busy.add(process);
      process.cgroup.setBusy(true);
    }
    const wall = slice / rate(core, process);
    cancelTimer = core.clock.timer(wall, () => {
      idle();
      charge(process, slice);
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
    core.busy.delete(process);
    process.cgroup.setBusy(false);
  };
  next();
  return () => {
    cancelTimer?.();
    idle();
  };
}
