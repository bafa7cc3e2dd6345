/** What signals do (signal(7), kill(2)). */
import type { KernelCore } from './core.ts';
import type { Proc } from './process.ts';
import type { ProcessGroup } from './process-table.ts';
import { endProcess } from './lifecycle.ts';
import { SIGNALS, type SignalName } from './signals.ts';

declare module './log.ts' {
  interface MachineEvents {
    'process.signal': { pid: number; signal: SignalName; from: number; effect: SignalEffect };
    'process.stop': { pid: number; signal: SignalName };
    'process.continue': { pid: number };
  }
}

/** What became of a signal. `unkillable`: PID 1 of a namespace has no handler for it. */
export type SignalEffect = 'handled' | 'ignored' | 'unkillable' | 'ended' | 'stopped' | 'continued' | 'queued';

const isStop = (signal: SignalName): boolean => SIGNALS[signal][1] === 'stop';

/**
 * Sends `signal` to `target`; `from` is the sending process, absent for the kernel itself and daemons on the host, which
 * count as an ancestor namespace.
 */
export function sendSignal(core: KernelCore, target: Proc, signal: SignalName, from?: Proc): void {
  if (target.ended) return;
  const effect = deliver(core, target, signal, from);
  if (signal === 'SIGCHLD' && effect === 'ignored') return;
  core.log.emit('process.signal', { pid: target.pid, signal, from: from?.pid ?? 0, effect });
  if (effect === 'ended') endProcess(core, target, coreDump(signal));
}

const coreDump = (signal: SignalName) =>
  SIGNALS[signal][1] === 'core' ? ({ signal, core: true } as const) : ({ signal } as const);

function deliver(core: KernelCore, target: Proc, signal: SignalName, from: Proc | undefined): SignalEffect {
  const isInit = target.namespaces.pid.init === target;
  // From a namespace above, only KILL and STOP get through to a PID 1 that has no handler (pid_namespaces(7)).
  const fromAbove = from === undefined || !target.namespaces.pid.contains(from.namespaces.pid);
  const forced = (signal === 'SIGKILL' || signal === 'SIGSTOP') && (!isInit || fromAbove);
  if (signal === 'SIGKILL') return forced ? 'ended' : 'unkillable';

  if (signal === 'SIGCONT') {
    for (const pending of [...target.pending]) if (isStop(pending)) target.pending.delete(pending);
    continueProcess(core, target);
  } else if (isStop(signal)) target.pending.delete('SIGCONT');

  const action = target.actions.get(signal);
  if (action === 'ignore') return 'ignored';
  if (action !== undefined) {
    if (target.held) {
      target.pending.add(signal);
      return 'queued';
    }
    handle(core, target, signal, action.handler, action.restart);
    return 'handled';
  }
  const standard = SIGNALS[signal][1];
  if (standard === 'ignore') return 'ignored';
  if (standard === 'continue') return 'continued';
  if (isInit && !forced) return 'unkillable';
  if (target.held && signal !== 'SIGSTOP') {
    target.pending.add(signal);
    return 'queued';
  }
  if (standard === 'stop') {
    // Terminal stops do not reach a group that nobody could continue.
    if (signal !== 'SIGSTOP' && target.group.orphaned) return 'ignored';
    if (target.stopped) return 'ignored';
    stopProcess(core, target, signal);
    return 'stopped';
  }
  return 'ended';
}

/** Runs a handler, once what happens now is over, and interrupts blocked calls where the handler asks for it. */
function handle(
  core: KernelCore,
  target: Proc,
  signal: SignalName,
  handler: (signal: SignalName) => void,
  restart: boolean,
): void {
  const system = target.system;
  core.soon(() => {
    if (target.ended || target.system !== system) return;
    handler(signal);
    target.handled++;
    target.signalled.notify();
    if (!restart) for (const wait of [...target.waits]) wait.interrupt();
  });
}

function stopProcess(core: KernelCore, target: Proc, signal: SignalName): void {
  target.stopped = signal;
  core.stopped.add(target);
  target.report = { stopped: signal };
  core.log.emit('process.stop', { pid: target.pid, signal });
  if (target.parent) {
    sendSignal(core, target.parent, 'SIGCHLD', target);
    target.parent.childChanged.notify();
  }
}

function continueProcess(core: KernelCore, target: Proc): void {
  if (!target.stopped) return;
  target.stopped = undefined;
  core.stopped.delete(target);
  target.report = { continued: true };
  core.log.emit('process.continue', { pid: target.pid });
  if (target.parent) {
    sendSignal(core, target.parent, 'SIGCHLD', target);
    target.parent.childChanged.notify();
  }
  target.goOn();
}

/** Hands out the signals that came while the process was held. */
export function deliverPending(core: KernelCore, target: Proc): void {
  const pending = [...target.pending];
  target.pending.clear();
  for (const signal of pending) sendSignal(core, target, signal);
}

/** A signal for every process of a group. */
export function signalGroup(core: KernelCore, group: ProcessGroup, signal: SignalName, from?: Proc): void {
  for (const member of [...group.members]) sendSignal(core, member, signal, from);
}
