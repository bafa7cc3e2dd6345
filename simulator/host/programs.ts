/** Every program of the machine: the general ones, and those that live in rooms of their own. */
import type { Program, ProgramRegistry } from '../kernel/programs.ts';
import { loadTrees } from '../kernel/proc/late.ts';
import { PROGRAMS } from '../programs/index.ts';
import type { HostRuntimes } from '../machine.ts';

type Loader = () => Promise<Program>;

const vm = () => import('../vm/programs.ts');

/** Programs that are not in simulator/programs because they stand on more than the kernel. */
const OWN: Readonly<Record<string, Loader>> = {
  docker: async () => (await import('../client/docker.ts')).docker,
  dockerd: async () => (await import('../engine/dockerd.ts')).dockerd,
  'apache:htpasswd': async () => (await import('../registry/htpasswd.ts')).htpasswd,
  'registry:registry': async () => (await import('../registry/program.ts')).registry,
  multipass: async () => (await vm()).multipass,
  multipassd: async () => (await vm()).multipassd,
  qemu: async () => (await vm()).qemu,
  systemctl: async () => (await vm()).systemctl,
};

const UNSIMULATED: Loader = async () => (await import('../programs/unsimulated.ts')).unsimulated;

/** Programs on interpreters that the host provides; without one they say that they are not simulated. */
function interpreted({ node, python }: HostRuntimes): Record<string, Loader> {
  return {
    'python:pip': async () => (await import('../programs/python/pip.ts')).pip,
    'npm:npm': async () => (await import('../programs/node/npm/npm.ts')).npm,
    'npm:npx': async () => (await import('../programs/node/npm/npm.ts')).npx,
    ...(node && {
      'node:node': async () => (await import('../programs/node/node.ts')).node(node),
    }),
    ...(python && {
      'python:python3': async () => (await import('../programs/python/python.ts')).python(python),
    }),
  };
}

const SHELLS = new Set(['bash', 'dash', 'ash']);

/** The registry the kernel looks programs up in. Executables of the catalogue that have no program say so themselves. */
export function machinePrograms(runtimes: HostRuntimes): ProgramRegistry {
  const own = { ...OWN, ...interpreted(runtimes) };
  return {
    find: (name) => {
      const load = own[name] ?? PROGRAMS[name] ?? UNSIMULATED;
      // Any program may look into /proc; only the shell has to be there before that is.
      return SHELLS.has(name) ? load : () => Promise.all([load(), loadTrees()]).then(([program]) => program);
    },
  };
}
