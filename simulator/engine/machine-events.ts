/** What the daemon adds to the machine's event log: every change of its objects, and the calls of its API. */
import type { ContainerSetup } from './state.ts';

declare module '../kernel/log.ts' {
  interface MachineEvents {
    /** `imageId` is what the name led to, `layers` the number of read-only layers below the container's own. */
    'container.create': {
      id: string;
      name: string;
      image: string;
      imageId: string;
      layers: number;
      config: ContainerSetup;
    };
    /** What a process of the container wrote: its own (then in the log, too), or that of an exec. The first 16 kB of each. */
    'container.output': { id: string; name: string; exec?: string; stream: 'stdout' | 'stderr'; text: string };
    'container.start': { id: string; name: string; pid: number };
    /** `restarting`: the restart policy will start it again. */
    'container.die': { id: string; name: string; exitCode: number; oomKilled: boolean; restarting: boolean };
    'container.destroy': { id: string; name: string };
    'container.pause': { id: string; name: string };
    'container.unpause': { id: string; name: string };
    'container.rename': { id: string; name: string; oldName: string };
    'container.update': { id: string; name: string };
    'container.restart': { id: string; name: string };
    'container.health': { id: string; name: string; status: string };
    'container.oom': { id: string; name: string };
    'exec.start': { id: string; container: string; command: string };
    'exec.die': { id: string; container: string; exitCode: number };
    'image.pull': { name: string; layer: string; status: string; current: number; total: number };
    'image.add': { id: string; name: string };
    'image.tag': { id: string; name: string };
    'image.untag': { id: string; name: string };
    'image.delete': { id: string };
    'image.push': { name: string; layer: string; status: string };
    /** A pull or push is over; `error` is the daemon's text, which the client gets in a stream that began with 200. */
    'image.transfer': { direction: 'pull' | 'push'; name: string; error?: string };
    'volume.create': { name: string };
    'volume.mount': { name: string; container: string; destination: string };
    'volume.unmount': { name: string; container: string };
    'volume.destroy': { name: string };
    'network.create': { id: string; name: string; driver: string };
    'network.connect': { id: string; name: string; container: string; address: string };
    'network.disconnect': { id: string; name: string; container: string };
    'network.destroy': { id: string; name: string };
    /**
     * A call that was answered `ms` after it had come. `agent` is the User-Agent, `bytes` the length of a body that was
     * announced with one, `error` the message of a refusal.
     */
    'api.request': {
      method: string;
      path: string;
      status: number;
      ms: number;
      agent: string;
      bytes?: number;
      error?: string;
    };
  }
}
