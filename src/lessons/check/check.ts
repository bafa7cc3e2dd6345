/** Decides whether a task is met, from the machine's state and what happened on it; names the nearest miss where it is not. */
import type { MachineState } from '../../../simulator/machine.ts';
import type { FileOnDisk } from '../../machine/protocol.ts';
import type { BuildView } from '../../workbench/build-view.ts';
import type { History } from '../history.ts';
import type { LessonTask, Needs, When } from '../task-types.ts';
import { checkBuild, checkLayer } from './builds.ts';
import { checkContainer } from './containers.ts';
import { checkEvent, checkFile, checkOutput, lookOf } from './happenings.ts';
import { checkImage } from './images.ts';
import { checkNetwork, checkProcess, checkVolume } from './objects.ts';
import { MET, type Verdict } from './verdict.ts';

export type { Verdict } from './verdict.ts';

/** All that tasks can look at. */
export interface World {
  readonly builds: readonly BuildView[];
  readonly state: MachineState;
  readonly files: readonly FileOnDisk[];
  readonly history: History;
  /** Texts of files in containers, by `container:/path`. */
  readonly looks: Readonly<Record<string, string>>;
}

const each = <T>(given: T | readonly T[] | undefined): readonly T[] =>
  given === undefined ? [] : Array.isArray(given) ? (given as readonly T[]) : [given as T];

/** The verdict on every requirement, in the order of the vocabulary. */
function verdicts(needs: Needs, { builds, state, files, history, looks }: World): Verdict[] {
  return [
    ...each(needs.build).map((want) => checkBuild(want, builds)),
    ...each(needs.file).map((want) => checkFile(want, files, looks)),
    ...each(needs.image).map((want) => checkImage(want, state, history)),
    ...each(needs.layer).map((want) => checkLayer(want, builds)),
    ...each(needs.network).map((want) => checkNetwork(want, state)),
    ...each(needs.volume).map((want) => checkVolume(want, state)),
    ...each(needs.container).map((want) => checkContainer(want, state, history)),
    ...each(needs.process).map((want) => checkProcess(want, history)),
    ...each(needs.output).map((want) => checkOutput(want, history)),
    ...each(needs.event).map((want) => checkEvent(want, history)),
  ];
}

/** Whether every requirement holds now, and none of those under `not`. */
export const holds = (when: When, world: World): boolean =>
  verdicts(when, world).every((v) => v.met) &&
  (when.not === undefined || !verdicts(when.not, world).some((v) => v.met));

/** Checks every requirement of the task; all must hold at the same time, and none of those under `not`. */
export function checkTask(task: LessonTask, world: World): Verdict {
  const open = verdicts(task, world).find((v) => !v.met);
  const forbidden = task.not !== undefined && verdicts(task.not, world).some((v) => v.met);
  if (!open && !forbidden) return MET;
  const advice = task.advice.find(({ when }) => holds(when, world));
  if (advice) return { met: false, miss: advice.text };
  if (open) return open;
  return { met: false, miss: stillThere(task.not!, world) };
}

/** Names the first thing that is there though it must not be. */
function stillThere(not: Needs, world: World): string {
  const first = <T>(given: T | readonly T[] | undefined, key: string): T | undefined =>
    each(given).find((want) => verdicts({ [key]: want }, world).every((v) => v.met));
  const container = first(not.container, 'container');
  if (container)
    return `${container.name ?? `a container of ${container.image ?? 'an image'}`} is ${container.status ?? 'still there'}.`;
  const image = first(not.image, 'image');
  if (image)
    return image.history
      ? `${image.name} still tells of “${image.history}” in its history.`
      : `the image ${image.name ?? ''} is as it must not be.`;
  const layer = first(not.layer, 'layer');
  if (layer)
    return `a layer of ${layer.image} still ${layer.holds ? `holds ${layer.holds}` : 'comes from ' + (layer.by ?? 'a step')}.`;
  const volume = first(not.volume, 'volume');
  if (volume) return `the volume ${volume.name ?? ''} is still there.`;
  const network = first(not.network, 'network');
  if (network) return `the network ${network.name ?? ''} is still there.`;
  const output = first(not.output, 'output');
  if (output) return `${output.of} printed “${output.contains ?? output.matches}”.`;
  const process = first(not.process, 'process');
  if (process) return `${process.command} ran.`;
  const event = first(not.event, 'event');
  if (event) return `it has happened: ${event.kind.replace('.', ' ')}.`;
  return 'a file or a build is as it must not be.';
}

/** The files in containers that the tasks look at, as `container:/path`: whoever makes the world has to read them. */
export function looksOf(tasks: readonly LessonTask[]): string[] {
  const needs = tasks.flatMap((t) => [t, t.not ?? {}, ...t.advice.flatMap(({ when }) => [when, when.not ?? {}])]);
  const files = needs.flatMap((need) => each(need.file));
  return [...new Set(files.flatMap((file) => (file.in === undefined ? [] : [lookOf(file.in, file.path)])))];
}
