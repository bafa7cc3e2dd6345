/** Decides whether a task is met, from the machine's state and what it built; names the nearest miss where it is not. */
import type { MachineEvent } from '../../simulator/kernel/log.ts';
import type { MachineState } from '../../simulator/machine.ts';
import type { FileOnDisk } from '../machine/protocol.ts';
import { whyItRan, type BuildStep, type BuildView } from '../workbench/build-view.ts';
import type { BuildRequirement, ContainerRequirement, FileRequirement, LessonTask } from './task-types.ts';

export interface World {
  readonly builds: readonly BuildView[];
  readonly state: MachineState;
  readonly files: readonly FileOnDisk[];
  readonly events: readonly MachineEvent[];
}
export interface Verdict {
  readonly met: boolean;
  /** The nearest miss, where something came near. */
  readonly miss?: string;
}

const repository = (tag: string): string => tag.replace(/^docker\.io\/(library\/)?/, '').replace(/:latest$/, '');

function step(build: BuildView, beginning: string): BuildStep | undefined {
  return build.steps.find((s) => s.instruction.startsWith(beginning));
}

function checkOneBuild(want: BuildRequirement, build: BuildView, earlier: readonly BuildView[]): Verdict {
  const before = earlier.at(-1);
  if (want.failed !== undefined) {
    const failed = build.steps.find((s) => s.state === 'failed');
    if (failed?.instruction.startsWith(want.failed)) return { met: true };
    return {
      met: false,
      miss: failed ? `the build failed at ${failed.instruction}.` : `build ${build.number} did not fail.`,
    };
  }
  if (build.failed) return { met: false, miss: `build ${build.number} failed.` };
  for (const beginning of want.reused ?? []) {
    const found = step(build, beginning);
    if (!found) return { met: false, miss: `build ${build.number} has no step ${beginning}.` };
    if (found.state !== 'reused') {
      const old = before?.steps.find((s) => s.instruction === found.instruction);
      const why = whyItRan(old, found);
      return { met: false, miss: `in build ${build.number} ${beginning} ran${why ? `: ${why}` : ''}.` };
    }
  }
  for (const beginning of want.ran ?? []) {
    const found = step(build, beginning);
    if (!found) return { met: false, miss: `build ${build.number} has no step ${beginning}.` };
    if (found.state === 'reused')
      return {
        met: false,
        miss: `in build ${build.number} ${beginning} was reused: nothing it depends on had changed.`,
      };
  }
  if (want.again && !earlier.some((b) => !b.failed))
    return { met: false, miss: `build ${build.number} was the first one.` };
  return { met: true };
}

function checkBuilds(want: BuildRequirement, builds: readonly BuildView[]): Verdict {
  const ended = builds.filter((b) => b.ended !== undefined);
  const tagged = want.tag === undefined ? ended : ended.filter((b) => repository(b.tag) === repository(want.tag!));
  if (want.tag !== undefined && ended.length && !tagged.length)
    return { met: false, miss: `an image was built, but called ${repository(ended.at(-1)!.tag) || 'nothing'}.` };
  let nearest: Verdict = { met: false };
  for (let i = tagged.length - 1; i >= 0; i--) {
    const verdict = checkOneBuild(want, tagged[i]!, tagged.slice(0, i));
    if (verdict.met) return verdict;
    if (i === tagged.length - 1) nearest = verdict;
  }
  return nearest;
}

function checkFile(want: FileRequirement, files: readonly FileOnDisk[]): Verdict {
  const file = files.find((f) => f.path === want.path);
  if (want.exists === false) return file ? { met: false, miss: `${want.path} is still there.` } : { met: true };
  if (!file) return { met: false };
  if (want.contains !== undefined && !file.text?.includes(want.contains))
    return { met: false, miss: `${want.path} does not hold “${want.contains}”.` };
  return { met: true };
}

function containerMiss(want: ContainerRequirement, c: MachineState['containers'][number]): string | undefined {
  if (want.name !== undefined && c.name !== want.name) return `a container runs, but is called ${c.name}.`;
  if (want.image !== undefined && repository(c.image) !== repository(want.image))
    return `${c.name} was made from ${c.image}.`;
  if (want.status !== undefined && c.status !== want.status) return `${c.name} is ${c.status}.`;
  if (want.publishes !== undefined && !c.ports.some((p) => `${p.hostPort}:${p.containerPort}` === want.publishes)) {
    const [port] = c.ports;
    return port ? `${c.name} publishes ${port.containerPort} on ${port.hostPort}.` : `${c.name} publishes no port.`;
  }
  return undefined;
}

/** Checks every requirement of the task; all must hold at the same time. */
export function checkTask(task: LessonTask, world: World): Verdict {
  const verdicts: Verdict[] = [];
  if (task.build) verdicts.push(checkBuilds(task.build, world.builds));
  if (task.file) verdicts.push(checkFile(task.file, world.files));
  if (task.image !== undefined) {
    const wanted = repository(task.image);
    verdicts.push({ met: world.state.images.some((i) => i.tags.some((n) => repository(n) === wanted)) });
  }
  if (task.container) {
    const misses = world.state.containers.map((c) => containerMiss(task.container!, c));
    const met = misses.includes(undefined);
    verdicts.push(met || !misses.length ? { met } : { met, miss: misses[0]! });
  }
  return verdicts.find((v) => !v.met) ?? { met: true };
}
