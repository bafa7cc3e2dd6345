import type { Namespace, NamespaceType, PidNamespace, UtsNamespace } from './kernel.ts';
import type { Pid } from './process-table.ts';
import type { Proc } from './process.ts';
import { Errno } from './errno.ts';

/** Inode numbers of the initial namespaces (include/linux/proc_ns.h). */
export const INITIAL_INODES: Readonly<Record<NamespaceType, number>> = {
  ipc: 4026531839,
  uts: 4026531838,
  user: 4026531837,
  pid: 4026531836,
  cgroup: 4026531835,
  time: 4026531834,
  net: 4026531840,
  mnt: 4026531841,
};

export class PlainNamespace<T extends NamespaceType> implements Namespace<T> {
  readonly type: T;
  readonly inode: number;
  constructor(type: T, inode: number) {
    this.type = type;
    this.inode = inode;
  }
}

export class UtsNs extends PlainNamespace<'uts'> implements UtsNamespace {
  hostname: string;
  domainname = '(none)';
  constructor(inode: number, hostname: string) {
    super('uts', inode);
    this.hostname = hostname;
  }
}

/** Process ids of one namespace (pid_namespaces(7)). */
export class PidNs extends PlainNamespace<'pid'> implements PidNamespace {
  readonly parent: PidNs | undefined;
  readonly level: number;
  readonly table = new Map<number, Pid>();
  /** Set once PID 1 has ended: nothing can be started here any more. */
  dead = false;
  #last = 0;
  readonly #max: number;
  constructor(inode: number, parent: PidNs | undefined, max: number) {
    super('pid', inode);
    this.parent = parent;
    this.level = parent ? parent.level + 1 : 0;
    this.#max = max;
  }
  get init(): Proc | undefined {
    return this.table.get(1)?.process;
  }
  /** The next free number; numbers go up and start again at 300 when they run out, as on Linux. */
  next(): number {
    for (let tries = 0; tries < this.#max; tries++) {
      this.#last = this.#last + 1 > this.#max ? 300 : this.#last + 1;
      if (!this.table.has(this.#last)) return this.#last;
    }
    throw new Errno('EAGAIN');
  }
  /** The number handed out last. */
  get last(): number {
    return this.#last;
  }
  /** Uses up `count` ids, as short-lived threads and helpers do. */
  skip(count: number): void {
    this.#last = (this.#last + count) % this.#max;
  }
  /** Whether `other` is this namespace or lies within it. */
  contains(other: PidNs): boolean {
    let ns: PidNs | undefined = other;
    while (ns && ns.level > this.level) ns = ns.parent;
    return ns === this;
  }
}
