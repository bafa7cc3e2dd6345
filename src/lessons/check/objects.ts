import type { MachineState } from '../../../simulator/machine.ts';
import type { History, ProcessPast } from '../history.ts';
import type { NetworkNeed, ProcessNeed, VolumeNeed } from '../task-types.ts';
import { megabytes } from './builds.ts';
import { globbed, nearest, when, type Verdict } from './verdict.ts';

/** Whether a process runs or ran as wanted. */
export function checkProcess(want: ProcessNeed, history: History): Verdict {
  const placeOf = (p: ProcessPast): string =>
    p.container === undefined ? 'host' : (history.containers.get(p.container)?.name ?? 'a build');
  return nearest(
    history.processes.filter((p) => globbed(`${want.command}*`, p.command)),
    (p) => [
      ...when(
        want.in,
        () => placeOf(p) === want.in,
        () => `${want.command} ran ${placeOf(p) === 'host' ? 'on the host' : `in ${placeOf(p)}`}.`,
      ),
      ...when(
        want.pid,
        () => p.inside === want.pid,
        () => `${want.command} had PID ${p.inside}.`,
      ),
      ...when(
        want.signal,
        () => p.signals.includes(want.signal!),
        () => (p.signals.length ? `${want.command} got ${p.signals.at(-1)}.` : `${want.command} got no signal.`),
      ),
      ...when(
        want.running,
        () => (p.exit === undefined) === want.running,
        () => (p.exit === undefined ? `${want.command} still runs.` : `${want.command} has ended with ${p.exit}.`),
      ),
      ...when(
        want.exit,
        () => p.exit === want.exit,
        () => (p.exit === undefined ? `${want.command} still runs.` : `${want.command} ended with ${p.exit}.`),
      ),
    ],
  );
}

const BUILT_IN = new Set(['bridge', 'host', 'none']);

/** Whether a network is as wanted. */
export const checkNetwork = (want: NetworkNeed, state: MachineState): Verdict =>
  nearest(
    state.networks.filter((n) => !want.user_defined || !BUILT_IN.has(n.name)),
    (n) => [
      ...when(
        want.name,
        () => n.name === want.name,
        () =>
          BUILT_IN.has(n.name)
            ? `there is no network ${want.name}.`
            : `there is a network, but it is called ${n.name}.`,
      ),
      ...when(
        want.driver,
        () => n.driver === want.driver,
        () => `${n.name} has the driver ${n.driver}.`,
      ),
      ...(want.connects ?? []).flatMap((name) =>
        when(
          name,
          () => n.endpoints.some((e) => e.name === name),
          () => `${name} is not connected to ${n.name}.`,
        ),
      ),
    ],
  );

/** Whether a volume is as wanted. */
export const checkVolume = (want: VolumeNeed, state: MachineState): Verdict =>
  nearest(state.volumes, (v) => {
    const name = v.anonymous ? 'an anonymous volume' : v.name;
    const users = state.containers.filter((c) => v.containers.includes(c.id)).map((c) => c.name);
    return [
      ...when(
        want.name,
        () => v.name === want.name,
        () =>
          v.anonymous ? 'there is a volume, but one without a name.' : `there is a volume, but it is called ${v.name}.`,
      ),
      ...when(
        want.anonymous,
        () => v.anonymous === want.anonymous,
        () => (v.anonymous ? 'there is a volume without a name.' : `${v.name} has a name.`),
      ),
      ...when(
        want.used_by,
        () => users.includes(want.used_by!),
        () => (users.length ? `${name} is used by ${users.join(', ')}.` : `${name} is used by no container.`),
      ),
      ...when(
        want.unused,
        () => (v.containers.length === 0) === want.unused,
        () => `${name} is ${users.length ? `used by ${users.join(', ')}` : 'not used'}.`,
      ),
      ...when(
        want.holds,
        () => v.size >= want.holds!,
        () => `${name} holds ${megabytes(v.size)}.`,
      ),
    ];
  });
