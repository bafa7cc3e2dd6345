import { PidNs } from './namespaces.ts';
import type { Proc } from './process.ts';
import type { Terminal } from './terminal.ts';

/** A process id: one number per pid namespace that sees it. Lives as long as a process, group or session uses it. */
export class Pid {
  readonly numbers = new Map<PidNs, number>();
  process: Proc | undefined;
  group: ProcessGroup | undefined;
  session: Session | undefined;
  /** The number on the host. */
  host = 0;

  /** Takes a number in `ns` and in each of its ancestors. */
  constructor(ns: PidNs) {
    const chain: PidNs[] = [];
    for (let at: PidNs | undefined = ns; at; at = at.parent) chain.unshift(at);
    for (const at of chain) {
      const number = at.next();
      this.numbers.set(at, number);
      at.table.set(number, this);
      if (!at.parent) this.host = number;
    }
  }
  in(ns: PidNs): number {
    return this.numbers.get(ns) ?? 0;
  }
  /** Gives the numbers back when nothing uses them any more. */
  free(): void {
    if (this.process || this.group || this.session) return;
    for (const [ns, number] of this.numbers) ns.table.delete(number);
  }
}

/** A session (setsid(2)). */
export class Session {
  readonly id: Pid;
  leader: Proc | undefined;
  terminal: Terminal | undefined;
  readonly groups = new Set<ProcessGroup>();
  constructor(leader: Proc) {
    this.id = leader.id;
    this.leader = leader;
    this.id.session = this;
  }
}

/** A process group: what a shell calls a job. */
export class ProcessGroup {
  readonly id: Pid;
  readonly session: Session;
  readonly members = new Set<Proc>();
  constructor(id: Pid, session: Session) {
    this.id = id;
    this.session = session;
    id.group = this;
    session.groups.add(this);
  }
  add(process: Proc): void {
    this.members.add(process);
  }
  remove(process: Proc): void {
    this.members.delete(process);
    if (this.members.size > 0) return;
    this.session.groups.delete(this);
    this.id.group = undefined;
    this.id.free();
    if (this.session.groups.size === 0) {
      this.session.id.session = undefined;
      this.session.id.free();
    }
  }
  /** No member has a parent in another group of the same session: nobody could continue it (POSIX: orphaned). */
  get orphaned(): boolean {
    for (const member of this.members) {
      const parent = member.parent;
      if (parent && !member.ended && parent.group !== this && parent.group.session === this.session) return false;
    }
    return true;
  }
}
