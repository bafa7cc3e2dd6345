/** Memory of processes and cgroups, and the OOM killer. */
import type { CgroupNode } from './cgroups.ts';
import type { KernelCore } from './core.ts';
import { sendSignal } from './deliver.ts';
import { endProcess } from './lifecycle.ts';
import type { FileSystem } from './fs/vfs.ts';
import type { Proc } from './process.ts';

declare module './log.ts' {
  interface MachineEvents {
    oom: { cgroup: string; pid: number; comm: string; memory: number };
  }
}

export class Memory {
  readonly #core: KernelCore;
  constructor(core: KernelCore) {
    this.#core = core;
  }

  get #ram(): number {
    return this.#core.hardware.ram;
  }
  /** What processes can have in all. */
  get #room(): number {
    return this.#ram - this.#core.hardware.reserved;
  }

  /** Sets what `process` uses. Over a limit the OOM killer frees memory until what is left fits. */
  set(process: Proc, bytes: number): void {
    const delta = Math.round(bytes) - process.memory;
    if (delta === 0) return;
    process.memory += delta;
    process.memoryPeak = Math.max(process.memoryPeak, process.memory);
    let over = process.cgroup.charge(delta, this.#room);
    if (delta < 0) return;
    while (over) {
      const victim = over.victim(this.#ram);
      if (!victim) return;
      this.#kill(over, victim);
      over = process.ended ? undefined : process.cgroup.charge(0, this.#room);
    }
  }

  /** What was charged for the files of a tmpfs, and to whom: memory like any other (shmem in memory.stat). */
  readonly #shared = new WeakMap<FileSystem, { readonly cgroup: CgroupNode; bytes: number }>();

  /**
   * Charges what a tmpfs holds now to the cgroup of the process that wrote there first. `buffer` is what the writer holds
   * in its hands, which makes it the one the OOM killer is likely to take.
   */
  chargeFiles(fs: FileSystem, writer: Proc, buffer: number): void {
    const { used } = fs.usage();
    let charged = this.#shared.get(fs);
    if (!charged) {
      if (used === 0) return;
      this.#shared.set(fs, (charged = { cgroup: writer.cgroup, bytes: 0 }));
    }
    const delta = used - charged.bytes;
    if (delta === 0) return;
    charged.bytes = used;
    const over = charged.cgroup.charge(delta, this.#room);
    if (delta <= 0 || !over) return;
    const before = writer.memory;
    writer.memory += buffer;
    const victim = over.victim(this.#ram);
    writer.memory = before;
    if (victim) this.#kill(over, victim);
  }

  #kill(cgroup: CgroupNode, victim: Proc): void {
    this.#core.log.emit('oom', {
      cgroup: cgroup.path,
      pid: victim.pid,
      comm: victim.comm,
      memory: victim.memory,
    });
    victim.oomKilled = true;
    cgroup.oomKilled(victim);
    sendSignal(this.#core, victim, 'SIGKILL');
    // The OOM killer spares no PID 1 either, whatever its handlers.
    if (!victim.ended) endProcess(this.#core, victim, { signal: 'SIGKILL' });
  }
}
