import { layerOf, whyItRan, type BuildStep, type BuildView } from '../../workbench/build-view.ts';
import type { BuildNeed, LayerNeed } from '../task-types.ts';
import { mayBeMeant, nearest, repository, when, MET, type Verdict } from './verdict.ts';

const beginning = (build: BuildView, text: string): BuildStep | undefined =>
  build.steps.find((s) => s.instruction.startsWith(text));

function checkFailed(want: BuildNeed, build: BuildView): Verdict {
  if (!build.failed) return { met: false, miss: `build ${build.number} did not fail.` };
  const failed = build.steps.find((s) => s.state === 'failed');
  if (want.failed !== undefined && !failed?.instruction.startsWith(want.failed))
    return {
      met: false,
      miss: failed ? `the build failed at ${failed.instruction}.` : `build ${build.number} failed before any step ran.`,
    };
  if (want.error !== undefined && !build.error?.includes(want.error))
    return { met: false, miss: `build ${build.number} failed with “${(build.error ?? '').split('\n').at(-1)}”.` };
  return MET;
}

function checkOneBuild(want: BuildNeed, build: BuildView, earlier: readonly BuildView[]): Verdict {
  const before = earlier.at(-1);
  if (want.failed !== undefined || want.error !== undefined) return checkFailed(want, build);
  if (build.failed) {
    const at = build.steps.find((s) => s.state === 'failed')?.instruction;
    return {
      met: false,
      miss: `build ${build.number} failed ${at === undefined ? 'before any step ran' : `at ${at}`}.`,
    };
  }
  for (const text of want.reused ?? []) {
    const found = beginning(build, text);
    if (!found) return { met: false, miss: `build ${build.number} has no step ${text}.` };
    if (found.state !== 'reused') {
      const old = before?.steps.find((s) => s.instruction === found.instruction);
      const why = whyItRan(old, found);
      return { met: false, miss: `in build ${build.number} ${text} ran${why ? `: ${why}` : ''}.` };
    }
  }
  for (const text of want.ran ?? []) {
    const found = beginning(build, text);
    if (!found) return { met: false, miss: `build ${build.number} has no step ${text}.` };
    if (found.state === 'reused')
      return {
        met: false,
        miss: `in build ${build.number} ${text} was reused: nothing it depends on had changed.`,
      };
  }
  if (want.again && !earlier.some((b) => !b.failed))
    return { met: false, miss: `build ${build.number} was the first one.` };
  return MET;
}

/** Whether a build that has ended is as wanted; the last one under the name is the nearest miss. */
export function checkBuild(want: BuildNeed, builds: readonly BuildView[]): Verdict {
  const ended = builds.filter((b) => b.ended !== undefined);
  const tagged = want.tag === undefined ? ended : ended.filter((b) => repository(b.tag) === repository(want.tag!));
  if (want.tag !== undefined && !tagged.length) {
    const meant = ended.findLast((b) => !b.failed && mayBeMeant(b.tag, want.tag!));
    if (!meant) return { met: false };
    return {
      met: false,
      miss: `an image was built, but ${meant.tag ? `called ${repository(meant.tag)}` : 'without a name'}.`,
    };
  }
  let last: Verdict = { met: false };
  for (let i = tagged.length - 1; i >= 0; i--) {
    const verdict = checkOneBuild(want, tagged[i]!, tagged.slice(0, i));
    if (verdict.met) return verdict;
    if (i === tagged.length - 1) last = verdict;
  }
  return last;
}

/** Whether the last good build of the image has such a layer. */
export function checkLayer(want: LayerNeed, builds: readonly BuildView[]): Verdict {
  const at = builds.findLastIndex(
    (b) => b.ended !== undefined && !b.failed && repository(b.tag) === repository(want.image),
  );
  const build = builds[at];
  if (!build) return { met: false };
  const { by = '' } = want;
  const steps = build.steps.filter((s) => s.instruction.startsWith(by));
  return nearest(
    steps,
    (step) => {
      const layer = layerOf(step, builds.slice(0, at + 1));
      const { holds, deletes, below } = want;
      return [
        ...when(
          by,
          () => layer !== undefined,
          () => `${step.instruction} made no layer.`,
        ),
        ...when(
          holds,
          () => [...(layer?.added ?? []), ...(layer?.changed ?? [])].some((path) => samePath(path, holds!)),
          () => `the layer of ${step.instruction} does not hold ${holds}.`,
        ),
        ...when(
          deletes,
          () => (layer?.deleted ?? []).some((path) => samePath(path, deletes!)),
          () => `the layer of ${step.instruction} does not delete ${deletes}.`,
        ),
        ...when(
          below,
          () => (layer?.size ?? 0) < below!,
          () => `the layer of ${step.instruction} takes ${megabytes(layer?.size ?? 0)}.`,
        ),
      ];
    },
    `build ${build.number} has no step ${by}.`,
  );
}

const samePath = (a: string, b: string): boolean => a.replace(/^\/|\/$/g, '') === b.replace(/^\/|\/$/g, '');
/** Bytes in MB with one decimal, or kB below. */
export const megabytes = (bytes: number): string =>
  bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
