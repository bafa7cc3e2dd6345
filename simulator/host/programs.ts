/** Every program of the machine: the general ones, and those that live in rooms of their own. */
import type { Program, ProgramRegistry } from '../kernel/programs.ts';
import { PROGRAMS } from '../programs/index.ts';

type Loader = () => Promise<Program>;

/** Programs that are not in simulator/programs because they stand on more than the kernel. */
const OWN: Readonly<Record<string, Loader>> = {
  docker: async () => (await import('../client/docker.ts')).docker,
  dockerd: async () => (await import('../engine/dockerd.ts')).dockerd,
  'apache:htpasswd': async () => (await import('../registry/htpasswd.ts')).htpasswd,
  'registry:registry': async () => (await import('../registry/program.ts')).registry,
};

const UNSIMULATED: Loader = async () => (await import('../programs/unsimulated.ts')).unsimulated;

/** The registry the kernel looks programs up in. Executables of the catalogue that have no program say so themselves. */
export const machinePrograms: ProgramRegistry = {
  find: (name) => OWN[name] ?? PROGRAMS[name] ?? UNSIMULATED,
};
