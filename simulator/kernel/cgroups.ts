import type { Cgroup, CgroupLimits } from './kernel.ts';
import type { Proc } from './process.ts';
import type { SignalName } from './signals.ts';
import { Errno } from './errno.ts';

/** What a cgroup needs of the kernel. */
export interface CgroupHost {
  signal(process: Proc, signal: SignalName): void;
  oom(cgroup: CgroupNode, victim: Proc): void;
}

/** Processes in one cgroup without a limit of its own (systemd's TasksMax stands for it on real hosts). */
const DEFAULT_TASKS = 4096;

/** A control group of the unified hierarchy (cgroup v2). Counters include the groups below. */
export class CgroupNode implements Cgroup {
  readonly name: string;
  readonly parent: CgroupNode | undefined;
  /** The group and those above it, the root last. */
  readonly lineage: readonly [CgroupNode, ...CgroupNode[]];
  readonly children = new Map<string, CgroupNode>();
  readonly members = new Set<Proc>();
  limits: CgroupLimits = {};
  readonly usage = {
    memory: 0,
    memoryPeak: 0,
    pids: 0,
    pidsPeak: 0,
    cpu: 0,
    readBytes: 0,
    writeBytes: 0,
    oomKills: 0,
    oomEvents: 0,
    pidsMaxEvents: 0,
    periods: 0,
    throttled: 0,
    throttledMs: 0,
  };
  /** Processes that are using a CPU at the moment. */
  busy = 0;
  removed = false;
  #frozen = false;
  readonly #oomListeners = new Set<(victim: Proc) => void>();
  readonly #host: CgroupHost;

  constructor(name: string, parent: CgroupNode | undefined, host: CgroupHost) {
    this.name = name;
    this.parent = parent;
    this.lineage = [this, ...(parent?.lineage ?? [])];
    this.#host = host;
  }

  get path(): string {
    return this.parent ? (this.parent.parent ? `${this.parent.path}/${this.name}` : `/${this.name}`) : '/';
  }

  processes(): Proc[] {
    const list = [...this.members];
    for (const child of this.children.values()) list.push(...child.processes());
    return list;
  }

  child(name: string): CgroupNode {
    let [node] = this.lineage;
    for (const part of name.split('/')) {
      if (part === '') continue;
      let next = node.children.get(part);
      if (!next) {
        next = new CgroupNode(part, node, this.#host);
        node.children.set(part, next);
      }
      node = next;
    }
    return node;
  }

  remove(): void {
    if (this.members.size > 0 || this.children.size > 0) throw new Errno('EBUSY', this.path);
    this.removed = true;
    this.parent?.children.delete(this.name);
  }

  // --- freezer

  /** cgroup.freeze as written; `frozen` is what follows from it and the groups above. */
  get freezing(): boolean {
    return this.#frozen;
  }
  get frozen(): boolean {
    return this.#frozen || (this.parent?.frozen ?? false);
  }
  freeze(on: boolean): void {
    if (this.#frozen === on) return;
    this.#frozen = on;
    if (!on) for (const process of this.processes()) process.goOn();
  }

  kill(signal: SignalName): void {
    for (const process of this.processes()) this.#host.signal(process, signal);
  }

  // --- membership

  /** Whether one more process would break a pids limit here or above. */
  get full(): boolean {
    if (this.limits.pids === undefined && this.parent && this.members.size >= DEFAULT_TASKS) return true;
    for (const at of this.lineage) {
      if (at.limits.pids !== undefined && at.usage.pids >= at.limits.pids) {
        at.usage.pidsMaxEvents++;
        return true;
      }
    }
    return false;
  }
  enter(process: Proc): void {
    this.members.add(process);
    for (const at of this.lineage) {
      at.usage.pids++;
      at.usage.pidsPeak = Math.max(at.usage.pidsPeak, at.usage.pids);
    }
  }
  leave(process: Proc): void {
    if (!this.members.delete(process)) return;
    for (const at of this.lineage) at.usage.pids--;
  }

  // --- memory

  /** Changes the memory charged here and above. Returns the group whose limit was passed, which is charged all the same. */
  charge(bytes: number, hostLimit: number): CgroupNode | undefined {
    let over: CgroupNode | undefined;
    for (const at of this.lineage) {
      at.usage.memory += bytes;
      const limit = at.parent ? at.limits.memory : hostLimit;
      if (limit !== undefined && at.usage.memory > limit) over ??= at;
      at.usage.memoryPeak = Math.max(at.usage.memoryPeak, Math.min(at.usage.memory, limit ?? Infinity));
    }
    return over;
  }
  /** The process the OOM killer takes: the largest of the group, shifted by oom_score_adj (thousandths of the total). */
  victim(total: number): Proc | undefined {
    let worst: Proc | undefined;
    let most = -Infinity;
    for (const process of this.processes()) {
      if (process.ended || process.oomScoreAdj <= -1000) continue;
      const badness = process.memory + (process.oomScoreAdj / 1000) * total;
      if (badness > most) {
        most = badness;
        worst = process;
      }
    }
    return worst;
  }
  /** Counts a kill and tells those who watch this group or one above the victim's. */
  oomKilled(victim: Proc): void {
    this.usage.oomEvents++;
    this.#host.oom(this, victim);
    for (let at: CgroupNode | undefined = victim.cgroup; at; at = at.parent) {
      at.usage.oomKills++;
      for (const listener of [...at.#oomListeners]) listener(victim);
    }
  }
  onOom(listener: (victim: Proc) => void): () => void {
    this.#oomListeners.add(listener);
    return () => this.#oomListeners.delete(listener);
  }

  /** Adds CPU time here and above. */
  charged(ms: number): void {
    for (const at of this.lineage) at.usage.cpu += ms;
  }
  setBusy(on: boolean): void {
    for (const at of this.lineage) at.busy += on ? 1 : -1;
  }
  countIo(kind: 'readBytes' | 'writeBytes', bytes: number): void {
    for (const at of this.lineage) at.usage[kind] += bytes;
  }
}
