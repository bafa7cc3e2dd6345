import type { ContainerSetup } from '../../../simulator/engine/state.ts';
import type { MachineState } from '../../../simulator/machine.ts';
import type { ContainerPast, History } from '../history.ts';
import type { ContainerNeed } from '../task-types.ts';
import { megabytes } from './builds.ts';
import { variablesHold } from './environment.ts';
import { globbed, isImage, isUser, misspelt, nearest, when, type Condition, type Verdict } from './verdict.ts';

type Now = MachineState['containers'][number];
interface Candidate {
  readonly past: ContainerPast;
  /** Undefined once it is removed. */
  readonly now: Now | undefined;
}

const statusOf = ({ past, now }: Candidate): ContainerPast['status'] | 'restarting' =>
  now ? (now.status as ContainerPast['status']) : past.status;

/** Ports as they are bound now, or else as they were asked for. */
const portsOf = ({ past, now }: Candidate): string[] =>
  now?.ports.length
    ? now.ports.flatMap((p) => [
        `${p.hostPort}:${p.containerPort}${p.protocol === 'tcp' ? '' : `/${p.protocol}`}`,
        `${p.hostIp}:${p.hostPort}:${p.containerPort}`,
      ])
    : [...past.setup.publish];

/** Ports in words, with the host's address where the wanted one names an address. */
function published(ports: readonly string[], wanted: string): string {
  const one = ports.map((port) => port.split(':'));
  const wide = wanted.split(':').length > 2 && one.some((parts) => parts.length > 2);
  const told = one
    .filter((parts) => !wide || parts.length > 2)
    .map(
      (parts) =>
        `${parts.at(-1)} on ${wide ? parts.slice(0, -1).join(':') : parts.at(-2) || 'a port of Docker’s choice'}`,
    );
  return [...new Set(told)].join(' and ');
}

function mountHeld(wanted: string, setup: ContainerSetup): boolean {
  const at = wanted.lastIndexOf(':');
  const [source, destination] = [wanted.slice(0, at), wanted.slice(at + 1)];
  return setup.mounts.some(
    (m) => m.destination === destination && (source === '' || m.source === source || globbed(source, m.source)),
  );
}

/** Whether the container executes what is wanted; a program given by its path may have been found by its name alone. */
function executes(wanted: string, argv: readonly string[]): boolean {
  const [program, ...rest] = wanted.split(' ');
  const short = program!.startsWith('/') && argv[0] === program!.slice(program!.lastIndexOf('/') + 1);
  return argv.join(' ').startsWith(short ? [argv[0], ...rest].join(' ') : wanted);
}

function onOff(wanted: boolean | undefined, is: boolean, on: string, off: string): Condition[] {
  return when(
    wanted,
    () => is === wanted,
    () => (is ? on : off),
  );
}

function conditions(want: ContainerNeed, candidate: Candidate): Condition[] {
  const { past, now } = candidate;
  const { setup } = past;
  const name = now?.name ?? past.name;
  const status = statusOf(candidate);
  const ports = portsOf(candidate);
  const networks = now ? now.networks.map((n) => n.name) : [...past.networks];
  const command = setup.argv.join(' ');
  return [
    ...when(
      want.name,
      () => name === want.name,
      () => `there is a container, but it is called ${name}.`,
    ),
    ...when(
      want.other_than,
      () => name !== want.other_than,
      () => `${name} is another one than the task means.`,
    ),
    ...when(
      want.image,
      () => isImage(want.image!, past.image),
      () => `${name} was made from ${past.image}.`,
    ),
    ...(want.publishes ?? []).flatMap((wanted) =>
      when(
        wanted,
        () => ports.some((port) => port === wanted || globbed(wanted, port)),
        () => {
          if (ports.length === 0)
            return command.includes(wanted)
              ? `${name} publishes no port: what stands after the image name is its command, ${command}.`
              : `${name} publishes no port.`;
          return `${name} publishes ${published(ports, wanted)}.`;
        },
      ),
    ),
    ...variablesHold(want.env, setup.env, name),
    ...when(
      want.command,
      () => executes(want.command!, setup.argv),
      () => `${name} executes ${command}.`,
    ),
    ...onOff(want.tty, setup.tty, `${name} has a terminal (-t).`, `${name} has no terminal (-t).`),
    ...onOff(
      want.interactive,
      setup.openStdin,
      `${name} keeps standard input open (-i).`,
      `${name} does not keep standard input open (-i).`,
    ),
    ...onOff(
      want.detached,
      !setup.attached,
      `${name} was started in the background (-d).`,
      `${name} was started in the foreground, without -d.`,
    ),
    ...onOff(
      want.auto_remove,
      setup.autoRemove,
      `${name} removes itself at its end (--rm).`,
      `${name} was made without --rm.`,
    ),
    ...when(
      want.restart,
      () => setup.restart === want.restart,
      () => `the restart policy of ${name} is ${setup.restart}.`,
    ),
    ...when(
      want.user,
      () => isUser(want.user!, setup.user),
      () => `${name} runs as ${setup.user || 'root'}.`,
    ),
    ...(want.networks ?? []).flatMap((wanted) =>
      when(
        wanted,
        () => networks.includes(wanted),
        () => (networks.length ? `${name} is on ${networks.join(', ')}.` : `${name} is on no network.`),
      ),
    ),
    ...(want.mounts ?? []).flatMap((wanted) =>
      when(
        wanted,
        () => mountHeld(wanted, setup),
        () => {
          const [mount] = setup.mounts;
          if (!mount) return `${name} has nothing mounted.`;
          return `${name} has ${mount.anonymous ? 'an anonymous volume' : mount.source} at ${mount.destination}.`;
        },
      ),
    ),
    ...when(
      want.memory,
      () => now?.limits.memory === want.memory,
      () => (now?.limits.memory ? `${name} may use ${megabytes(now.limits.memory)}.` : `${name} has no memory limit.`),
    ),
    ...when(
      want.starts,
      () => past.starts >= want.starts!,
      () => (past.starts ? `${name} was started ${times(past.starts)}.` : `${name} was never started.`),
    ),
    ...when(
      want.status === 'any' ? undefined : want.status,
      () => status === want.status,
      () =>
        status === 'exited' ? `${name} has exited with code ${past.exitCode ?? 0}.` : `${name} is ${words(status)}.`,
    ),
    ...when(
      want.health,
      () => now?.health === want.health,
      () => `${name} is ${now?.health || 'not checked for health'}.`,
    ),
    ...when(
      want.exit,
      () => past.exitCode === want.exit && status !== 'running',
      () =>
        past.exitCode === undefined || status === 'running'
          ? `${name} has not ended.`
          : `${name} ended with code ${past.exitCode}.`,
    ),
    ...onOff(want.oom, past.oom, `${name} ran out of memory.`, `${name} was not killed for want of memory.`),
  ];
}

const times = (n: number): string => (n === 1 ? 'once' : `${n} times`);
const words = (status: string): string => (status === 'created' ? 'created, but does not run' : status);

/** As Docker makes one up where `--name` is not given. */
const MADE_UP = /^[a-z]+_[a-z]+\d*$/;

/** Whether the container looks like an attempt at what is wanted, and not like one that serves another purpose. */
function isAttempt(want: ContainerNeed, candidate: Candidate): boolean {
  const name = candidate.now?.name ?? candidate.past.name;
  if (want.name !== undefined && (name === want.name || misspelt(name, want.name))) return true;
  const all = conditions(want, candidate);
  const unnamed = MADE_UP.test(name);
  const lacks = all.filter((c) => !c.holds).length;
  if (lacks === 0 || (lacks === 1 && (unnamed || all.length > 2))) return true;
  if (want.name !== undefined && !unnamed) return false;
  const { image, publishes, env, command, mounts } = want;
  const asked = [{ image }, { publishes }, { env }, { command }, { mounts }].filter((one) =>
    Object.values(one).some((value) => value !== undefined),
  );
  return asked.some((one) => conditions(one, candidate).some((c) => c.holds));
}

/** Whether a container is (or, with `status: removed`, was) as wanted. */
export function checkContainer(want: ContainerNeed, state: MachineState, history: History): Verdict {
  const here = new Map(state.containers.map((c) => [c.id, c]));
  const all = [...history.containers.values()].map((past): Candidate => ({ past, now: here.get(past.id) }));
  const attempts = all.filter((c) => isAttempt(want, c));
  const gone = attempts.filter((c) => c.past.status === 'removed');
  const there = attempts.filter((c) => c.past.status !== 'removed');
  const last = gone.at(-1)?.past.name;
  const called = want.name ?? (want.image === undefined ? undefined : `of ${want.image}`);
  const none = last ? `${last} is gone.` : called === undefined ? undefined : `there is no container ${called}.`;
  const also = want.status === 'removed' || want.status === 'any';
  return nearest(also ? [...gone, ...there] : there, (c) => conditions(want, c), none);
}
