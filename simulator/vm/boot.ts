/** How a machine boots: the stages between power-on and the first answer, each a stretch of virtual time. */
import type { BootStage } from './events.ts';

export interface Stage {
  readonly stage: BootStage;
  /** Virtual ms it takes beside what its services take; varies a little from boot to boot. */
  readonly ms: number;
  readonly detail: string;
}

/** A boot of the same disk again is quicker: cloud-init has nothing left to set up. */
export function bootStages(kernel: string, first: boolean): readonly Stage[] {
  return [
    { stage: 'firmware', ms: 1350, detail: 'SeaBIOS tests the memory and looks for a disk to boot from' },
    { stage: 'bootloader', ms: 1180, detail: `GRUB reads the kernel and its initial RAM disk from the disk` },
    { stage: 'kernel', ms: 2240, detail: `Linux ${kernel} unpacks itself and finds its devices` },
    { stage: 'initramfs', ms: 1620, detail: 'the initial RAM disk finds the root file system and mounts it' },
    { stage: 'services', ms: 760, detail: 'systemd, PID 1, starts the services' },
    {
      stage: 'cloud-init',
      ms: first ? 6400 : 1650,
      detail: first
        ? 'cloud-init grows the disk, makes the host keys and the user'
        : 'cloud-init finds that it has run before',
    },
  ];
}
