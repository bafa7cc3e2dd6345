/** System calls on terminals, and poll(2). */
import type { PollRequest, TerminalMode, WindowSize } from './abi.ts';
import { signalGroup } from './deliver.ts';
import { Errno } from './errno.ts';
import type { WaitQueue } from './net/stack.ts';
import { FileCalls, queuesOf } from './system-files.ts';
import { MasterFile, TerminalFile, type Terminal } from './terminal.ts';

export class TerminalCalls extends FileCalls {
  isatty(fd: number): boolean {
    return this.enter().descriptors.get(fd) instanceof TerminalFile;
  }
  openpty(size: WindowSize = { columns: 80, rows: 24 }): [number, number] {
    const process = this.enter();
    const terminal = this.core.newTerminal(size);
    terminal.join(this.core.terminalsOf(process));
    const master = process.descriptors.add(new MasterFile(terminal));
    return [master, process.descriptors.add(new TerminalFile(terminal, process.credentials.uid))];
  }
  #terminal(fd: number): Terminal {
    const file = this.enter().descriptors.file(fd);
    if (file instanceof TerminalFile || file instanceof MasterFile) return file.terminal;
    throw new Errno('ENOTTY', String(fd));
  }
  terminalMode(fd: number, change?: Partial<TerminalMode>): TerminalMode {
    const terminal = this.#terminal(fd);
    if (change) {
      this.#stopBackground(terminal);
      terminal.change(change);
    }
    return { ...terminal.mode };
  }
  windowSize(fd: number, size?: WindowSize): WindowSize {
    const terminal = this.#terminal(fd);
    if (size) terminal.resize(size);
    return terminal.size;
  }
  ttyname(fd: number): string {
    return this.#terminal(fd).name;
  }
  foregroundGroup(fd: number, pgid?: number): number {
    const terminal = this.#terminal(fd);
    const { process } = this;
    const ns = process.namespaces.pid;
    if (terminal.session !== process.session) throw new Errno('ENOTTY', String(fd));
    if (pgid !== undefined) {
      const group = ns.table.get(pgid)?.group;
      if (!group || group.session !== process.session) throw new Errno('EPERM');
      this.#stopBackground(terminal);
      terminal.foreground = group;
    }
    return terminal.foreground?.id.in(ns) ?? 0;
  }
  /** A background process that changes the terminal is stopped, unless it ignores SIGTTOU. */
  #stopBackground(terminal: Terminal): void {
    const { process } = this;
    if (terminal.session !== process.session || !terminal.foreground) return;
    if (process.group === terminal.foreground || process.actions.has('SIGTTOU')) return;
    signalGroup(this.core, process.group, 'SIGTTOU');
  }

  poll(requests: readonly PollRequest[], timeoutMs?: number): Promise<PollRequest[]> {
    if (!this.live) return this.never();
    const { descriptors } = this.process;
    const attempt = (): PollRequest[] | undefined => {
      const ready = requests.filter((request) => {
        const file = descriptors.get(request.fd);
        if (!file) return true; // POLLNVAL: the read or write that follows fails
        return request.events === 'read' ? file.readable : file.writable;
      });
      return ready.length > 0 ? ready : undefined;
    };
    const queues = (): WaitQueue[] =>
      requests.flatMap((request) => {
        const file = descriptors.get(request.fd);
        return file ? queuesOf(file) : [];
      });
    if (timeoutMs === undefined) return this.blocking(attempt, queues);
    let late = timeoutMs <= 0;
    let wake: (() => void) | undefined;
    const cancel = late
      ? undefined
      : this.core.clock.timer(timeoutMs, () => {
          late = true;
          wake?.();
        });
    const timeout: WaitQueue = {
      wait(callback) {
        wake = callback;
        return () => (wake = undefined);
      },
    };
    return this.blocking(
      () => {
        const ready = attempt() ?? (late ? [] : undefined);
        if (ready) cancel?.();
        return ready;
      },
      () => [...queues(), timeout],
    );
  }
}
