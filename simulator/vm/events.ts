/**
 * What virtual machines write to the host's event log. A guest is a kernel with a log of its own, so none of its `process.*`,
 * `net.*` or `container.*` events come here: what the pictures need of them is told again under `vm.*` with the machine's
 * name. Pids in these events are the guest's, except `hypervisor`, a pid of the host. See docs/decisions/0006.
 */
import type { ExitStatus } from '../kernel/abi.ts';

/** The stages of a boot, in order. */
export type BootStage = 'firmware' | 'bootloader' | 'kernel' | 'initramfs' | 'services' | 'cloud-init' | 'ready';

declare module '../kernel/log.ts' {
  interface MachineEvents {
    /** A machine was defined; its disk exists from now on. Bytes. */
    'vm.launch': { name: string; image: string; memory: number; cpus: number; disk: number };
    /** The hypervisor started, a process of the host that holds all of the guest's memory. */
    'vm.start': { name: string; hypervisor: number; memory: number };
    /** A stage of the boot begins; `ms` counts from power-on, `detail` says what happens in it. */
    'vm.boot': { name: string; stage: BootStage; ms: number; detail: string };
    /** It answers; `bootMs` from power-on. */
    'vm.ready': { name: string; kernel: string; address: string; bootMs: number };
    'vm.process.start': { name: string; pid: number; parent: number; command: string };
    'vm.process.exec': { name: string; pid: number; command: string };
    'vm.process.exit': { name: string; pid: number; status: ExitStatus };
    /** A container of the guest's own daemon came, from `image` as it was named then, started, ended or went. */
    'vm.container': {
      name: string;
      id: string;
      container: string;
      action: 'create' | 'start' | 'die' | 'destroy';
      image?: string;
    };
    /** A call of the API of the guest's daemon, as `api.request` tells it there. */
    'vm.request': {
      name: string;
      method: string;
      path: string;
      status: number;
      ms: number;
      agent: string;
      bytes?: number;
      error?: string;
    };
    /** What the guest's kernel and processes use of its memory, told at the end of each boot stage and on stop. */
    'vm.memory': { name: string; used: number; total: number };
    /** Its kernel gave up; the hypervisor ends. */
    'vm.panic': { name: string; message: string };
    'vm.stop': { name: string; reason: 'stop' | 'poweroff' | 'panic' | 'killed' };
    /** `purged`: gone for good, its disk with it; else it can be recovered. */
    'vm.delete': { name: string; purged: boolean };
    'vm.recover': { name: string };
  }
}
