/** One virtual machine: its definition, its disk, and the guest while it runs. */
import type { KernelCore } from '../kernel/core.ts';
import type { Layer } from '../kernel/fs/layer.ts';
import type { Process } from '../kernel/kernel.ts';
import type { VmView } from '../engine/state.ts';
import type { Guest } from './guest.ts';
import type { CloudImage } from './images.ts';
import './events.ts';

export type MachineStatus = VmView['state'];

export interface Definition {
  readonly name: string;
  /** As given at launch. */
  readonly asked: string;
  readonly image: CloudImage;
  readonly memory: number;
  readonly cpus: number;
  readonly disk: number;
  readonly address: string;
  readonly mac: string;
  readonly tap: string;
}

/** Where multipassd keeps what belongs to one machine. */
export const instanceDir = (name: string): string =>
  `/var/snap/multipass/common/data/multipassd/vault/instances/${name}`;

/** Resident memory of the hypervisor beside the guest's, bytes. */
export const OVERHEAD = 74 * 1024 ** 2;

export class Machine {
  readonly definition: Definition;
  readonly host: KernelCore;
  /** The disk as the last power-off left it, topmost layer first; the image's before the first boot. */
  disk: readonly Layer[];
  /** It has booted before. */
  seasoned = false;
  status: MachineStatus = 'Stopped';
  guest: Guest | undefined;
  /** The kernel that ran last, whose daemon's images are still on the disk. */
  lastKernel: KernelCore | undefined;
  hypervisor: Process | undefined;
  /** Switches the hypervisor's power button, while it runs. */
  powerButton: (() => void) | undefined;
  poweredOnAt = 0;
  readyAt = 0;
  readonly console: string[] = [];
  #waiting: (() => void)[] = [];

  constructor(host: KernelCore, definition: Definition, disk: readonly Layer[]) {
    this.host = host;
    this.definition = definition;
    this.disk = disk;
  }

  get name(): string {
    return this.definition.name;
  }

  /** A line on its serial console, which multipassd keeps in a file. */
  say(text: string): void {
    const seconds = (this.host.clock.now() - this.poweredOnAt) / 1000;
    this.console.push(`[${seconds.toFixed(6).padStart(12)}] ${text}`);
    const dir = instanceDir(this.name);
    const { files } = this.host.init.mnt;
    if (files.exists(dir)) files.write(`${dir}/console.log`, `${this.console.join('\n')}\n`);
  }

  is(...states: MachineStatus[]): boolean {
    return states.includes(this.status);
  }

  set(status: MachineStatus): void {
    this.status = status;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
  /** Resolves when the status changes. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
