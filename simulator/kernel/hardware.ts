/** The computer a kernel runs on, and what the kernel calls itself: the host's, or what a hypervisor gives a guest. */
export interface Hardware {
  /** RAM, and what the kernel and its caches keep of it for themselves, bytes. */
  readonly ram: number;
  readonly reserved: number;
  readonly cpus: number;
  /** Its disk, and what is on it from the start, bytes; without it the host's. */
  readonly disk?: { readonly size: number; readonly used: number };
  /** What uname(2) says. */
  readonly uname: {
    readonly sysname: string;
    readonly release: string;
    readonly version: string;
    readonly machine: string;
  };
}

/** The host. */
export const HOST_HARDWARE: Hardware = {
  ram: 8 * 1024 ** 3,
  reserved: 512 * 1024 ** 2,
  cpus: 2,
  uname: {
    sysname: 'Linux',
    release: '6.8.0-48-generic',
    version: '#48-Ubuntu SMP PREEMPT_DYNAMIC Fri Sep 27 14:04:52 UTC 2024',
    machine: 'x86_64',
  },
};
