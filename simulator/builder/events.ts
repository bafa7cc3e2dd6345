import type { BuildTrace } from '../api/build.ts';

/** A build's life in the machine's log; the page's pictures of builds are drawn from these alone. */
declare module '../kernel/log.ts' {
  interface MachineEvents {
    'build.start': { build: string; tags: readonly string[]; dockerfile: string };
    'build.trace': { build: string; trace: BuildTrace };
    'build.end': { build: string; image?: string; error?: string };
  }
}
export {};
