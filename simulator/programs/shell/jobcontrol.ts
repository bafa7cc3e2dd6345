/** `jobs`, `fg`, `bg`, `wait`, `kill`, `disown`. */
import { isErrno } from '../../kernel/errno.ts';
import { parseSignal, signalNumber, type SignalName } from '../../kernel/signals.ts';
import type { Builtin } from './builtins.ts';
import { ShellError } from './errors.ts';
import { foreground } from './execute.ts';
import { reportSignal, stateOf, type Job } from './jobs.ts';
import type { Shell } from './shell.ts';

async function jobOf(sh: Shell, spec: string | undefined, builtin: string): Promise<Job> {
  const job = await sh.jobs?.find(spec ?? '%+');
  if (job) return job;
  if (sh.flavour === 'bash')
    throw new ShellError(spec === undefined ? 'current: no such job' : `${spec}: no such job`, 1, 'command');
  void builtin;
  throw new ShellError(
    spec === undefined ? 'No current job' : sh.flavour === 'dash' ? `No such job: ${spec}` : `${spec}: no such job`,
    2,
    'command',
  );
}

const jobs: Builtin = async (sh, args) => {
  await sh.poll();
  const long = args.slice(1).some((a) => /^-\w*l/.test(a));
  const pids = args.slice(1).some((a) => /^-\w*p/.test(a));
  const running = args.slice(1).some((a) => /^-\w*r/.test(a));
  const stopped = args.slice(1).some((a) => /^-\w*s/.test(a));
  const specs = args.slice(1).filter((a) => !a.startsWith('-'));
  const list = specs.length ? await Promise.all(specs.map((s) => jobOf(sh, s, 'jobs'))) : (sh.jobs?.listed() ?? []);
  for (const job of list) {
    const state = stateOf(sh, job);
    if (running && state !== 'Running') continue;
    if (stopped && !state.startsWith('Stopped')) continue;
    job.told = state;
    if (pids) await sh.out(`${job.pids[0]}\n`);
    else await sh.out(await sh.jobs!.line(job, long));
    if (state !== 'Running' && !state.startsWith('Stopped')) sh.jobs!.remove(job);
  }
  return 0;
};

/** Lets a stopped job go on. */
function goOn(sh: Shell, job: Job): void {
  for (const pid of job.pids) {
    const state = job.states.get(pid);
    if (state && 'stopped' in state) {
      job.states.set(pid, undefined);
      sh.children.set(pid, undefined);
    }
  }
  try {
    sh.sys.kill(-job.group, 'SIGCONT');
  } catch (error) {
    if (!isErrno(error, 'ESRCH')) throw error;
  }
}

const fg: Builtin = async (sh, args) => {
  if (!sh.options.monitor && sh.flavour === 'bash') throw new ShellError('no job control', 1, 'command');
  const job = await jobOf(sh, args[1], 'fg');
  if (!sh.options.monitor) throw new ShellError(`job ${args[1] ?? ''} not created under job control`, 2, 'command');
  const text = await sh.jobs!.text(job);
  await sh.out(`${text}\n`);
  sh.giveTerminal(job.group);
  sh.jobs!.makeCurrent(job);
  job.background = false;
  goOn(sh, job);
  const statuses = await foreground(sh, job.pids, job.cmd, job.group);
  const state = stateOf(sh, job);
  if (!state.startsWith('Stopped') && state !== 'Running') sh.jobs!.remove(job);
  return statuses.at(-1)!;
};

const bg: Builtin = async (sh, args) => {
  if (!sh.options.monitor && sh.flavour === 'bash') throw new ShellError('no job control', 1, 'command');
  for (const spec of args.length > 1 ? args.slice(1) : [undefined]) {
    const job = await jobOf(sh, spec, 'bg');
    job.background = true;
    job.told = 'Running';
    const text = await sh.jobs!.text(job);
    await sh.out(sh.flavour === 'bash' ? `[${job.id}]${sh.jobs!.mark(job)} ${text} &\n` : `[${job.id}] ${text}\n`);
    goOn(sh, job);
  }
  return 0;
};

/** Runs the traps of the signal that interrupted a wait; the status is 128 + its number. */
async function interruptedBy(sh: Shell): Promise<number | undefined> {
  sh.checkInterrupt();
  const signal = sh.pending.find((s) => sh.traps.get(s.slice(3)));
  if (signal === undefined) return undefined;
  const status = 128 + signalNumber(signal);
  await sh.runTraps();
  return status;
}

/** Status of a child that has ended already or ends now; a trapped signal ends the waiting. */
async function await_(sh: Shell, pids: readonly number[]): Promise<number | undefined> {
  for (;;) {
    try {
      await sh.waitFor(pids, true);
      return undefined;
    } catch (error) {
      if (!isErrno(error, 'EINTR')) throw error;
      const status = await interruptedBy(sh);
      if (status !== undefined) return status;
    }
  }
}

const wait: Builtin = async (sh, args) => {
  let i = 1;
  const next = sh.flavour !== 'dash' && args[i] === '-n';
  if (sh.flavour === 'dash' && /^-./.test(args[i] ?? '') && args[i] !== '--')
    throw new ShellError(`Illegal option ${args[i]!.slice(0, 2)}`, 2, 'command');
  if (args[i] === '-f' || next) i++;
  const running = () => [...sh.children].filter(([, state]) => state === undefined).map(([pid]) => pid);
  if (next) {
    const ended = () =>
      [...sh.children].find(([pid, state]) => state !== undefined && sh.jobs?.list.some((j) => j.pids.includes(pid)));
    for (;;) {
      const found = ended();
      if (found) {
        const [pid] = found;
        const status = sh.collect(pid);
        sh.jobs?.forget();
        return status;
      }
      const left = running();
      if (!left.length) return 127;
      const status = await awaitAny(sh, left);
      if (status !== undefined) return status;
    }
  }
  if (args.length <= i) {
    const status = await await_(sh, running());
    if (status !== undefined) return status;
    for (const pid of [...sh.children.keys()]) sh.remember(pid);
    if (sh.flavour === 'bash' && !sh.interactive) sh.jobs?.forget();
    return 0;
  }
  let status = 0;
  for (const arg of args.slice(i)) {
    let pid: number;
    let pids: readonly number[];
    if (arg.startsWith('%')) {
      const job = await sh.jobs?.find(arg);
      if (!job) {
        await sh.complain(sh.flavour === 'bash' ? `${arg}: no such job` : `No such job: ${arg}`, 'wait');
        status = sh.flavour === 'bash' ? 127 : 2;
        continue;
      }
      pids = job.pids;
      pid = pids.at(-1)!;
    } else {
      if (!/^\d+$/.test(arg)) {
        await sh.complain(
          sh.flavour === 'bash'
            ? `\`${arg}': not a pid or valid job spec`
            : sh.flavour === 'dash'
              ? `Illegal number: ${arg}`
              : `Illegal number: ${arg}`,
          'wait',
        );
        status = sh.flavour === 'bash' ? 1 : 2;
        continue;
      }
      pid = Number(arg);
      pids = [pid];
      const remembered = sh.ended.get(pid);
      if (remembered !== undefined) {
        status = remembered;
        continue;
      }
      if (!sh.children.has(pid)) {
        if (sh.flavour === 'bash') await sh.complain(`pid ${pid} is not a child of this shell`, 'wait');
        status = 127;
        continue;
      }
    }
    const broken = await await_(sh, pids);
    if (broken !== undefined) return broken;
    const state = sh.children.get(pid);
    if (state && 'signal' in state && (state.signal !== 'SIGTERM' || sh.flavour !== 'bash')) {
      const job = sh.jobs?.list.find((j) => j.pids.includes(pid));
      if (job) await reportSignal(sh, state, pid, job.cmd);
    }
    status = sh.collect(pid);
    sh.ended.set(pid, status);
    sh.jobs?.forget();
  }
  return status;
};

async function awaitAny(sh: Shell, pids: readonly number[]): Promise<number | undefined> {
  const before = pids.length;
  for (;;) {
    try {
      await sh.waitForAny(pids);
      return undefined;
    } catch (error) {
      if (!isErrno(error, 'EINTR')) throw error;
      const status = await interruptedBy(sh);
      if (status !== undefined) return status;
    }
    void before;
  }
}

const kill: Builtin = async (sh, args) => {
  // ash's kill is the applet: it names itself and no line.
  const complain = (text: string) =>
    sh.flavour === 'ash' ? sh.write(2, `${sh.applet}: ${text}\n`) : sh.complain(text, 'kill');
  const refuse = async (text: string, status: number): Promise<number> => {
    await complain(text);
    return status;
  };
  let i = 1;
  let signal: SignalName | 0 | undefined = 'SIGTERM';
  const first = args[1];
  const bash = sh.flavour === 'bash';
  if (first === '-l' || first === '-L') {
    const { listSignals } = await sh.load('rare', () => import('./rare.ts'));
    return listSignals(sh, args.slice(2));
  }
  const read = (text: string): SignalName | 0 | undefined => (text === '0' || text === 'EXIT' ? 0 : parseSignal(text));
  if (first === '-s' || (first === '-n' && bash)) {
    const text = args[2] ?? '';
    signal = read(text);
    i = 3;
    if (signal === undefined)
      return refuse(
        bash
          ? `${text}: invalid signal specification`
          : sh.flavour === 'dash'
            ? `invalid signal number or name: ${text}`
            : `bad signal name '${text}'`,
        sh.flavour === 'dash' ? 2 : 1,
      );
  } else if (first !== undefined && /^-./.test(first) && first !== '--') {
    const text = first.slice(1);
    signal = read(text);
    i = 2;
    if (signal === undefined) {
      if (bash) return refuse(`${text}: invalid signal specification`, 1);
      return refuse(
        sh.flavour === 'dash' ? `Illegal option -${text[0]}` : `bad signal name '${text}'`,
        sh.flavour === 'dash' ? 2 : 1,
      );
    }
  }
  if (args[i] === '--') i++;
  if (i >= args.length) {
    if (bash) {
      await sh.write(
        2,
        'kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n',
      );
      return 2;
    }
    if (sh.flavour === 'ash') return refuse('you need to specify whom to kill', 1);
    return refuse('Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]... or\nkill -l [exitstatus]', 2);
  }
  let status = bash ? 1 : 0;
  for (const arg of args.slice(i)) {
    let target: number;
    if (arg.startsWith('%')) {
      const job = await sh.jobs?.find(arg);
      if (!job) {
        await complain(bash ? `${arg}: no such job` : `No such job: ${arg}`);
        if (!bash) status = sh.flavour === 'dash' ? 2 : 1;
        continue;
      }
      target = sh.options.monitor ? -job.group : job.pids.at(-1)!;
      // A stopped job must go on to take its end.
      if (
        sh.options.monitor &&
        stateOf(sh, job).startsWith('Stopped') &&
        (signal === 'SIGTERM' || signal === 'SIGHUP')
      ) {
        sh.sys.kill(target, signal);
        goOn(sh, job);
        status = 0;
        continue;
      }
    } else if (/^-?\d+$/.test(arg)) target = Number(arg);
    else {
      await complain(
        bash
          ? `${arg}: arguments must be process or job IDs`
          : sh.flavour === 'dash'
            ? `Illegal number: ${arg}`
            : `invalid number '${arg}'`,
      );
      if (!bash) status = sh.flavour === 'dash' ? 2 : 1;
      continue;
    }
    try {
      const job =
        sh.interactive && signal !== 0
          ? sh.jobs?.list.find((j) => j.group === Math.abs(target) || j.pids.includes(target))
          : undefined;
      sh.sys.kill(target, signal);
      if (job && stateOf(sh, job) === 'Running') sh.jobs!.killed.add(job);
      if (bash) status = 0;
    } catch (error) {
      if (!isErrno(error)) throw error;
      await complain(
        bash
          ? `(${arg}) - ${error.message}`
          : sh.flavour === 'dash'
            ? `${error.message}\n`
            : `can't kill pid ${arg}: ${error.message}`,
      );
      if (!bash) status = 1;
    }
  }
  return status;
};

const disown: Builtin = async (sh, args) => {
  const specs = args.slice(1).filter((a) => !a.startsWith('-'));
  if (args.includes('-a') && sh.jobs) for (const job of [...sh.jobs.list]) sh.jobs.remove(job);
  else for (const spec of specs.length ? specs : [undefined]) sh.jobs?.remove(await jobOf(sh, spec, 'disown'));
  return 0;
};

export const jobBuiltins: Record<string, Builtin> = { jobs, fg, bg, wait, kill, disown };
