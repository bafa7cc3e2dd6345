/** Boots the host: kernel, root file system, daemon, and the hosts of the simulated internet. */
import { createKernel, HOST_ROOT, type KernelCore } from '../kernel/core.ts';
import type { HostLoop } from '../machine.ts';
import type { Cgroup, Process, ProcessSpec, Stdio } from '../kernel/kernel.ts';
import { connectInternet } from './internet.ts';
import { machinePrograms } from './programs.ts';
import { hostRoot } from './root.ts';

/** Tuesday, 24 November 2026, 09:00:00 UTC: when every machine wakes up. */
export const BOOT_TIME = Date.UTC(2026, 10, 24, 9);

export const HOST_ENV: Readonly<Record<string, string>> = {
  HOME: '/root',
  LANG: 'C.UTF-8',
  LOGNAME: 'root',
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  SHELL: '/bin/bash',
  USER: 'root',
};

const CRASH = new TextEncoder().encode(
  'drydock: this would crash the kernel, and every container with it; here the machine goes on\n',
);

const NULL: Stdio = { kind: 'null' };

export interface HostOptions {
  readonly seed: number;
  readonly host: HostLoop;
  readonly bootTime?: number | undefined;
  readonly crashed?: (text: string) => void;
}

/** Starts a process of the host's own, as root in the initial namespaces. */
export function startOnHost(
  kernel: KernelCore,
  spec: Pick<ProcessSpec, 'argv' | 'exec'> & Partial<ProcessSpec>,
): Process {
  return kernel.start({
    env: { ...HOST_ENV },
    cwd: '/',
    namespaces: kernel.init,
    cgroup: kernel.rootCgroup.child('system.slice'),
    credentials: HOST_ROOT,
    stdio: [NULL, NULL, NULL],
    ...spec,
  });
}

/**
 * The cgroup of one login, apart from the daemon's: what fills it with processes (a fork bomb) leaves the others alone. A
 * number of its own for each terminal; command lines from outside share the first.
 */
export function loginSession(kernel: KernelCore, own: boolean): Cgroup {
  const slice = kernel.rootCgroup.child('user.slice/user-0.slice');
  return slice.child(`session-${own ? slice.children.size + 2 : 1}.scope`);
}

/** A kernel with the host's files on it; no daemon yet. */
export function bootKernel(options: HostOptions): KernelCore {
  const kernel = createKernel({
    host: options.host,
    programs: machinePrograms(options.host.runtimes ?? {}),
    rootLayer: hostRoot((options.bootTime ?? BOOT_TIME) / 1000 - 86400 * 30),
    seed: options.seed,
    hostname: 'drydock',
    bootTime: options.bootTime ?? BOOT_TIME,
    sysrq: (key, writer) => {
      // The learner's own machine goes on; a virtual machine is there to be crashed.
      if (key === 'c') writer?.descriptors.get(2)?.tryWrite(CRASH, writer);
    },
    crashed: (process, error) =>
      options.crashed?.(
        `${process.argv.join(' ')}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      ),
  });
  connectInternet(kernel, (error) =>
    options.crashed?.(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  );
  return kernel;
}
