import type { ContainerStats, CpuStats, NetworkStats } from '../../api/types.ts';
import type { Engine } from '../engine.ts';
import { rfc3339, ZERO_TIME } from '../time.ts';
import type { Container } from './container.ts';

/** Nanoseconds per millisecond: usage is counted in ms, the API speaks ns. */
const NS = 1e6;

const NO_CPU: CpuStats = {
  cpu_usage: { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 },
  throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
};

interface Sample {
  readonly at: number;
  readonly cpu: CpuStats;
}

function networkStats(container: Container): Record<string, NetworkStats> {
  const stats: Record<string, NetworkStats> = {};
  for (const endpoint of container.endpoints.values()) {
    if (endpoint.port === undefined) continue;
    const { rxBytes, txBytes, rxPackets, txPackets } = endpoint.port.stats;
    stats[endpoint.ifname] = {
      rx_bytes: rxBytes,
      rx_packets: rxPackets,
      rx_errors: 0,
      rx_dropped: 0,
      tx_bytes: txBytes,
      tx_packets: txPackets,
      tx_errors: 0,
      tx_dropped: 0,
    };
  }
  return stats;
}

function cpuStats(engine: Engine, container: Container): CpuStats {
  const usage = container.runtime!.init.cgroup.usage;
  const { cpus } = engine.hostSize;
  const total = Math.round(usage.cpu * NS);
  return {
    cpu_usage: {
      total_usage: total,
      usage_in_kernelmode: Math.round(total * 0.3),
      usage_in_usermode: total - Math.round(total * 0.3),
    },
    system_cpu_usage: Math.round((engine.kernel.clock.now() - engine.startedAt) * NS * cpus),
    online_cpus: cpus,
    throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
  };
}

/** One reading; all zero for a container that does not run. */
export function readStats(engine: Engine, container: Container, before: Sample | undefined): ContainerStats {
  const base = { name: `/${container.name}`, id: container.id };
  const empty = { num_procs: 0, storage_stats: {} };
  if (container.runtime === undefined)
    return {
      ...base,
      read: ZERO_TIME,
      preread: ZERO_TIME,
      pids_stats: {},
      blkio_stats: blkio(0, 0, false),
      ...empty,
      cpu_stats: NO_CPU,
      precpu_stats: NO_CPU,
      memory_stats: {},
    };
  const { usage, limits } = container.runtime.init.cgroup;
  const networks = networkStats(container);
  return {
    ...base,
    read: rfc3339(engine.instants.now()),
    preread: before ? rfc3339(before.at) : ZERO_TIME,
    os_type: 'linux',
    pids_stats: { current: usage.pids, limit: limits.pids ?? 28000 },
    blkio_stats: blkio(usage.readBytes, usage.writeBytes, true),
    ...empty,
    cpu_stats: cpuStats(engine, container),
    precpu_stats: before?.cpu ?? NO_CPU,
    memory_stats: {
      usage: usage.memory,
      stats: { anon: usage.memory, file: 0, inactive_file: 0, active_file: 0, pgfault: 0, pgmajfault: 0 },
      limit: limits.memory ?? engine.hostSize.memory,
    },
    ...(Object.keys(networks).length > 0 ? { networks } : {}),
  };
}

function blkio(read: number, write: number, known: boolean): ContainerStats['blkio_stats'] {
  const entries =
    known && read + write > 0
      ? [
          { major: 254, minor: 0, op: 'read', value: read },
          { major: 254, minor: 0, op: 'write', value: write },
        ]
      : null;
  return {
    io_service_bytes_recursive: entries,
    io_serviced_recursive: null,
    io_queue_recursive: null,
    io_service_time_recursive: null,
    io_wait_time_recursive: null,
    io_merged_recursive: null,
    io_time_recursive: null,
    sectors_recursive: null,
  };
}

const encoder = new TextEncoder();

/** GET stats: one reading (after a second of watching, unless `oneShot`), or one each second until the client goes. */
export async function* statsStream(
  engine: Engine,
  container: Container,
  options: { stream: boolean; oneShot: boolean; closed: Promise<void> | undefined },
): AsyncGenerator<Uint8Array> {
  const take = (): Sample | undefined =>
    container.runtime && { at: engine.instants.now(), cpu: cpuStats(engine, container) };
  let gone = false;
  void options.closed?.then(() => (gone = true));
  let before: Sample | undefined;
  if (!options.oneShot && !options.stream && container.runtime !== undefined) {
    before = take();
    await engine.delay(1000);
  }
  while (!gone) {
    const now = take();
    yield encoder.encode(`${JSON.stringify(readStats(engine, container, before))}\n`);
    if (!options.stream) return;
    before = now;
    await engine.delay(1000);
    if (engine.containers.find(container.id) === undefined) return;
  }
}
