import type { ContainerUpdateRequest } from '../../api/types.ts';
import type { Engine } from '../engine.ts';
import { ApiError, conflict, errorText, invalid, systemError } from '../errors.ts';
import type { Container } from './container.ts';
import { limitsOf } from './bundle.ts';
import { checkResources, checkRestartPolicy } from './validate.ts';

/** POST update: changes limits and the restart policy. Throws Docker's texts. */
export function updateContainer(
  engine: Engine,
  container: Container,
  request: ContainerUpdateRequest,
): { Warnings: string[] | null } {
  checkResources(request, engine.hostSize, true);
  if (request.RestartPolicy?.Name) checkRestartPolicy(request.RestartPolicy);
  try {
    apply(container, request);
  } catch (error) {
    const status = error instanceof ApiError ? error.status : 500;
    throw new ApiError(status, `Cannot update container ${container.id}: ${errorText(error)}`);
  }
  if (container.runtime !== undefined) container.runtime.init.cgroup.limits = limitsOf(container);
  engine.containerEvent(container, 'update');
  engine.kernel.log.emit('container.update', { id: container.id, name: container.name });
  return { Warnings: [] };
}

function apply(container: Container, request: ContainerUpdateRequest): void {
  const { state } = container;
  if (state.removing || state.dead) throw systemError('container is marked for removal and cannot be updated');
  const old = container.hostConfig;
  const next = { ...old };
  if (request.NanoCpus && old.CpuPeriod > 0)
    throw conflict('Conflicting options: Nano CPUs cannot be updated as CPU Period has already been set');
  if (request.NanoCpus && old.CpuQuota > 0)
    throw conflict('Conflicting options: Nano CPUs cannot be updated as CPU Quota has already been set');
  if (request.CpuPeriod && old.NanoCpus > 0)
    throw conflict('Conflicting options: CPU Period cannot be updated as NanoCPUs has already been set');
  if (request.CpuQuota && old.NanoCpus > 0)
    throw conflict('Conflicting options: CPU Quota cannot be updated as NanoCPUs has already been set');
  for (const key of [
    'CpuShares',
    'NanoCpus',
    'CpuPeriod',
    'CpuQuota',
    'CpuRealtimePeriod',
    'CpuRealtimeRuntime',
    'MemoryReservation',
    'BlkioWeight',
  ] as const)
    if (request[key]) next[key] = request[key];
  for (const key of ['CpusetCpus', 'CpusetMems'] as const) if (request[key]) next[key] = request[key];
  if (request.PidsLimit) next.PidsLimit = request.PidsLimit;
  if (request.Memory) {
    // A limit above the total with swap needs that total raised with it, also where there was none (0) or no end of it (-1).
    if (!request.MemorySwap && request.Memory > old.MemorySwap)
      throw conflict(
        'Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time',
      );
    next.Memory = request.Memory;
  }
  if (request.MemorySwap) next.MemorySwap = request.MemorySwap;
  if (request.RestartPolicy?.Name) {
    if (old.AutoRemove && request.RestartPolicy.Name !== 'no')
      throw invalid('Restart policy cannot be updated because AutoRemove is enabled for the container');
    next.RestartPolicy = {
      Name: request.RestartPolicy.Name,
      MaximumRetryCount: request.RestartPolicy.MaximumRetryCount ?? 0,
    };
  }
  container.hostConfig = next;
}
