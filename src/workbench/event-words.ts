/** Events of the machine's log in a few words, for the timeline; undefined for those that say nothing to a learner. */
import type { MachineEvent } from '../../simulator/kernel/log.ts';

const short = (id: string): string => id.replace(/^sha256:/, '').slice(0, 12);

export function describe(event: MachineEvent): string | undefined {
  switch (event.kind) {
    case 'api.request':
      return event.path === '/_ping'
        ? undefined
        : `${event.method} ${event.path.replace(/^\/v[\d.]+|\?.*/g, '').replace(/[0-9a-f]{64}/g, short)} → ${event.status}`;
    case 'build.start':
      return `the builder has the request${event.tags[0] ? ` for ${event.tags[0]}` : ''}`;
    case 'build.trace': {
      const vertex = event.trace.vertexes?.at(-1);
      if (!vertex) return undefined;
      const what = vertex.error
        ? 'failed'
        : vertex.cached
          ? 'reused'
          : vertex.completed !== undefined
            ? 'done'
            : vertex.started !== undefined
              ? 'running'
              : undefined;
      return what && `${vertex.name}: ${what}`;
    }
    case 'build.end':
      return event.error ? 'the build failed' : `the image is ${short(event.image ?? '')}`;
    case 'container.create':
      return `${event.name} is made from ${event.image}`;
    case 'container.start':
      return `${event.name} runs, as process ${event.pid} of the host`;
    case 'container.die':
      return `${event.name} has ended with ${event.exitCode}${event.oomKilled ? ', for want of memory' : ''}`;
    case 'container.destroy':
      return `${event.name} is removed`;
    case 'container.pause':
      return `${event.name} is paused`;
    case 'container.unpause':
      return `${event.name} goes on`;
    case 'container.health':
      return `${event.name} is ${event.status}`;
    case 'network.create':
      return `the network ${event.name} is made`;
    case 'network.destroy':
      return `the network ${event.name} is removed`;
    case 'volume.create':
      return `the volume ${short(event.name)} is made`;
    case 'volume.destroy':
      return `the volume ${short(event.name)} is removed`;
    case 'image.delete':
      return `the image ${short(event.id)} is deleted`;
    case 'vm.start':
      return `the hypervisor of ${event.name} is process ${event.hypervisor}`;
    case 'vm.boot':
      return event.stage === 'ready' ? event.detail : `${event.name}, ${event.stage}: ${event.detail}`;
    case 'vm.request':
      return event.path === '/_ping'
        ? undefined
        : `${event.name}: ${event.method} ${event.path.split('?')[0]!.replace(/^\/v[\d.]+/, '')} → ${event.status}`;
    case 'vm.panic':
      return `the kernel of ${event.name} gave up`;
    case 'vm.stop':
      return `${event.name} is off`;
    default:
      return undefined;
  }
}
