/** What can be launched: Ubuntu's cloud images, and the one that brings Docker. */
import type { Hardware } from '../kernel/hardware.ts';

export interface CloudImage {
  /** The first is its name; `multipass find` lists them. */
  readonly names: readonly string[];
  readonly codename: 'noble' | 'jammy';
  /** `24.04`, and as `multipass info` and `multipass find` say it. */
  readonly version: string;
  readonly release: string;
  readonly description: string;
  readonly serial: string;
  readonly hash: string;
  readonly uname: Hardware['uname'];
  /** Brings Docker Engine, started at boot. */
  readonly docker: boolean;
  readonly defaults: { readonly memory: number; readonly cpus: number; readonly disk: number };
}

const GIB = 1024 ** 3;

const SERVER = { memory: GIB, cpus: 1, disk: 5 * GIB };

const NOBLE = {
  codename: 'noble',
  version: '24.04',
  release: 'Ubuntu 24.04 LTS',
  serial: '20261105',
  hash: '7b2a9c41d6f0e5831c0d94b7a2f65e18c3d09b74f1a86e52d7c4903bb18f62ae',
  uname: {
    sysname: 'Linux',
    release: '6.8.0-87-generic',
    version: '#88-Ubuntu SMP PREEMPT_DYNAMIC Sat Oct 11 09:28:41 UTC 2025',
    machine: 'x86_64',
  },
} as const;

const JAMMY = {
  codename: 'jammy',
  version: '22.04',
  release: 'Ubuntu 22.04 LTS',
  serial: '20261030',
  hash: 'd41f7e08a95b2c63e8f10b7d5492ca6e83b1f05c7ad2946e0f58c3b9671ed2a4',
  uname: {
    sysname: 'Linux',
    release: '5.15.0-161-generic',
    version: '#171-Ubuntu SMP Sat Oct 11 08:17:01 UTC 2025',
    machine: 'x86_64',
  },
} as const;

export const CLOUD_IMAGES: readonly CloudImage[] = [
  { ...JAMMY, names: ['22.04', 'jammy'], description: 'Ubuntu 22.04 LTS', docker: false, defaults: SERVER },
  { ...NOBLE, names: ['24.04', 'noble', 'lts'], description: 'Ubuntu 24.04 LTS', docker: false, defaults: SERVER },
  {
    ...NOBLE,
    names: ['docker'],
    description: 'A Docker environment',
    docker: true,
    defaults: { memory: 4 * GIB, cpus: 2, disk: 40 * GIB },
  },
];

/** The image a name stands for; '' is the default. */
export function cloudImage(name: string): CloudImage | undefined {
  const plain = name.replace(/^(release|daily):/, '');
  return CLOUD_IMAGES.find((image) => image.names.includes(plain === '' || plain === 'default' ? 'lts' : plain));
}
