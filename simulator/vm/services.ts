/** What systemd starts in a cloud image, in the order of the boot. */
import type { Program } from '../kernel/programs.ts';
import type { CloudImage } from './images.ts';

export interface Service {
  /** The unit; its cgroup is below system.slice. */
  readonly unit: string;
  readonly description: string;
  readonly argv: readonly string[];
  /** uid it runs as. */
  readonly uid?: number;
  /** Resident memory, bytes. */
  readonly memory: number;
  /** Virtual ms until it is up. */
  readonly ms: number;
  readonly stage: 'initramfs' | 'services' | 'cloud-init';
  /** An executable of the disk to run; without it a process that only waits stands for it. */
  readonly exec?: string;
}

const MIB = 1024 ** 2;

const BASE: readonly Service[] = [
  {
    unit: 'systemd-journald.service',
    description: 'Journal Service',
    argv: ['/usr/lib/systemd/systemd-journald'],
    memory: 15 * MIB,
    ms: 160,
    stage: 'initramfs',
  },
  {
    unit: 'systemd-udevd.service',
    description: 'Rule-based Manager for Device Events and Files',
    argv: ['/usr/lib/systemd/systemd-udevd'],
    memory: 8 * MIB,
    ms: 420,
    stage: 'initramfs',
  },
  {
    unit: 'multipathd.service',
    description: 'Device-Mapper Multipath Device Controller',
    argv: ['/sbin/multipathd', '-d', '-s'],
    memory: 27 * MIB,
    ms: 240,
    stage: 'services',
  },
  {
    unit: 'systemd-networkd.service',
    description: 'Network Configuration',
    argv: ['/usr/lib/systemd/systemd-networkd'],
    uid: 998,
    memory: 9 * MIB,
    ms: 900,
    stage: 'services',
  },
  {
    unit: 'systemd-resolved.service',
    description: 'Network Name Resolution',
    argv: ['/usr/lib/systemd/systemd-resolved'],
    uid: 991,
    memory: 13 * MIB,
    ms: 310,
    stage: 'services',
  },
  {
    unit: 'dbus.service',
    description: 'D-Bus System Message Bus',
    argv: ['@dbus-daemon', '--system', '--address=systemd:', '--nofork', '--nopidfile', '--systemd-activation'],
    uid: 101,
    memory: 5 * MIB,
    ms: 180,
    stage: 'services',
  },
  {
    unit: 'cron.service',
    description: 'Regular background program processing daemon',
    argv: ['/usr/sbin/cron', '-f', '-P'],
    memory: 3 * MIB,
    ms: 90,
    stage: 'services',
  },
  {
    unit: 'systemd-logind.service',
    description: 'User Login Management',
    argv: ['/usr/lib/systemd/systemd-logind'],
    memory: 9 * MIB,
    ms: 260,
    stage: 'services',
  },
  {
    unit: 'rsyslog.service',
    description: 'System Logging Service',
    argv: ['/usr/sbin/rsyslogd', '-n', '-iNONE'],
    uid: 103,
    memory: 6 * MIB,
    ms: 140,
    stage: 'services',
  },
  {
    unit: 'unattended-upgrades.service',
    description: 'Unattended Upgrades Shutdown',
    argv: ['/usr/bin/python3', '/usr/share/unattended-upgrades/unattended-upgrade-shutdown', '--wait-for-signal'],
    memory: 22 * MIB,
    ms: 380,
    stage: 'services',
  },
  {
    unit: 'snapd.service',
    description: 'Snap Daemon',
    argv: ['/usr/lib/snapd/snapd'],
    memory: 34 * MIB,
    ms: 1100,
    stage: 'services',
  },
  {
    unit: 'getty@tty1.service',
    description: 'Getty on tty1',
    argv: ['/sbin/agetty', '-o', '-p -- \\u', '--noclear', '-', 'linux'],
    memory: 2 * MIB,
    ms: 40,
    stage: 'services',
  },
];

const DOCKER: readonly Service[] = [
  {
    unit: 'containerd.service',
    description: 'containerd container runtime',
    argv: ['/usr/bin/containerd'],
    memory: 44 * MIB,
    ms: 520,
    stage: 'services',
  },
  {
    unit: 'docker.service',
    description: 'Docker Application Container Engine',
    argv: ['/usr/bin/dockerd', '--containerd=/run/containerd/containerd.sock'],
    memory: 76 * MIB,
    ms: 1400,
    stage: 'services',
    exec: '/usr/bin/dockerd',
  },
];

/** The OpenSSH server: its own program. */
export const SSH: Service = {
  unit: 'ssh.service',
  description: 'OpenBSD Secure Shell server',
  argv: ['sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups'],
  memory: 8 * MIB,
  ms: 210,
  stage: 'cloud-init',
};

/** The services of an image. */
export const servicesOf = (image: CloudImage): readonly Service[] => [...BASE, ...(image.docker ? DOCKER : []), SSH];

/** Stands for a daemon whose work is not simulated: it holds its memory and waits. */
export const waiting =
  ({ memory }: Service): Program =>
  async (sys) => {
    sys.memory(memory);
    await sys.sleep(Infinity);
    return 0;
  };
