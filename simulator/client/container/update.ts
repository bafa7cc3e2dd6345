/** `docker update`. */
import { CliError, joinErrors } from '../cli/errors.ts';
import type { Runner } from '../cli/spec.ts';
import { containerPath } from './lifecycle.ts';
import { resources, restartPolicy } from './request.ts';

/** `docker update`: only what was given changes, everything else is sent as nothing. */
export const update: Runner = async (cli, flags, args) => {
  const given = ['blkio-weight', 'cpu-period', 'cpu-quota', 'cpu-rt-period', 'cpu-rt-runtime', 'cpu-shares', 'cpus'];
  given.push(
    'cpuset-cpus',
    'cpuset-mems',
    'memory',
    'memory-reservation',
    'memory-swap',
    'pids-limit',
    'restart',
    'kernel-memory',
  );
  if (!given.some((name) => flags.changed(name)))
    throw new CliError('you must provide one or more flags when using this command');
  let policy = { Name: '', MaximumRetryCount: 0 };
  try {
    if (flags.string('restart') !== '') policy = restartPolicy(flags.string('restart'));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'Error') throw error;
    throw new CliError(error.message);
  }
  const body = {
    ...resources(flags),
    BlkioWeightDevice: null,
    BlkioDeviceReadBps: null,
    BlkioDeviceWriteBps: null,
    BlkioDeviceReadIOps: null,
    BlkioDeviceWriteIOps: null,
    Devices: null,
    DeviceCgroupRules: null,
    DeviceRequests: null,
    MemorySwappiness: null,
    OomKillDisable: null,
    PidsLimit: flags.changed('pids-limit') ? flags.number('pids-limit') : null,
    Ulimits: null,
    RestartPolicy: policy,
  };
  const warnings: string[] = [];
  const errors: Error[] = [];
  for (const name of args) {
    try {
      const result = await cli.api.json<{ Warnings?: string[] | null }>('POST', containerPath(name, '/update'), {
        body,
      });
      await cli.print(name);
      warnings.push(...(result.Warnings ?? []));
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      errors.push(error);
    }
  }
  if (warnings.length > 0) await cli.out(warnings.join('\n'));
  if (errors.length > 0) throw joinErrors(errors);
  return 0;
};
