/** Builds as the pictures show them, put together from the build events of the machine's log. */
import type { BuildStepDetail, BuildTrace, BuildVertex } from '../../simulator/api/build.ts';
import type { MachineEvent } from '../../simulator/kernel/log.ts';

export type StepState = 'waiting' | 'running' | 'reused' | 'ran' | 'failed' | 'canceled';

/** The mark and colour of each state. */
export const STEP_MARK: Readonly<Record<StepState, 'wait' | 'run' | 'reused' | 'fail'>> = {
  waiting: 'wait',
  running: 'run',
  reused: 'reused',
  ran: 'run',
  failed: 'fail',
  canceled: 'wait',
};

export interface BuildStep {
  /** Digest of the vertex. */
  readonly id: string;
  /** `[2/5] WORKDIR /app` */
  readonly name: string;
  /** The instruction alone. */
  readonly instruction: string;
  /** `2/5`, with the stage's name before it where there are several. */
  readonly step: string;
  state: StepState;
  started?: number;
  completed?: number;
  detail?: BuildStepDetail;
  inputs: readonly string[];
  error?: string;
}

export interface BuildView {
  /** From 1, in the order the learner ran them. */
  readonly number: number;
  readonly id: string;
  tag: string;
  steps: BuildStep[];
  started: number;
  ended?: number;
  failed: boolean;
  /** Docker's words, where it failed. */
  error?: string;
}

const LABEL = /^\[(?:(\S+) )?(\d+\/\d+)\] (.*)$/s;

const stateOf = (vertex: BuildVertex): StepState => {
  if (vertex.error) return /context canceled/.test(vertex.error) ? 'canceled' : 'failed';
  if (vertex.cached) return 'reused';
  if (vertex.completed !== undefined) return 'ran';
  return vertex.started === undefined ? 'waiting' : 'running';
};

/** Takes the vertexes of one trace message into `build`; only steps of the Dockerfile are kept. */
export function takeTrace(build: BuildView, trace: BuildTrace): void {
  for (const vertex of trace.vertexes ?? []) {
    const label = LABEL.exec(vertex.name);
    if (!label || vertex.name.startsWith('[internal]')) continue;
    const known = build.steps.find((s) => s.id === vertex.digest);
    const next = {
      state: stateOf(vertex),
      inputs: vertex.inputs,
      ...(vertex.started !== undefined && { started: vertex.started }),
      ...(vertex.completed !== undefined && { completed: vertex.completed }),
      ...(vertex.detail && { detail: vertex.detail }),
      ...(vertex.error && { error: vertex.error }),
    };
    if (known) Object.assign(known, next);
    else
      build.steps.push({
        id: vertex.digest,
        name: vertex.name,
        instruction: label[3]!,
        step: label[1] ? `${label[1]} ${label[2]}` : label[2]!,
        ...next,
      });
  }
}

/** Takes the build events among `events` into the list of builds; the same list where there are none. */
export function takeEvents(builds: readonly BuildView[], events: readonly MachineEvent[]): readonly BuildView[] {
  let next: BuildView[] | undefined;
  const change = (id: string, how: (build: BuildView) => void): void => {
    next ??= [...builds];
    const at = next.findIndex((b) => b.id === id);
    if (at < 0) return;
    const copy = { ...next[at]!, steps: next[at]!.steps.map((s) => ({ ...s })) };
    how(copy);
    next[at] = copy;
  };
  for (const event of events) {
    if (event.kind === 'build.start') {
      next ??= [...builds];
      const number = (next.at(-1)?.number ?? 0) + 1;
      next.push({ number, id: event.build, tag: event.tags[0] ?? '', steps: [], started: event.at, failed: false });
    } else if (event.kind === 'build.trace') change(event.build, (build) => takeTrace(build, event.trace));
    else if (event.kind === 'build.end') {
      change(event.build, (build) => {
        build.ended = event.at;
        build.failed = event.error !== undefined;
        if (event.error !== undefined) build.error = event.error;
      });
    }
  }
  return next ?? builds;
}

const order = (step: BuildStep): number => {
  const [index] = step.step.split(' ').at(-1)!.split('/');
  return (step.detail?.stage ?? 0) * 1000 + Number(index);
};

/** Steps in the order of the Dockerfile. */
export const inOrder = (steps: readonly BuildStep[]): BuildStep[] => [...steps].sort((a, b) => order(a) - order(b));

export interface Slab {
  readonly step: BuildStep;
  /** Bytes of the layer, where it is known. */
  readonly size: number | undefined;
}

/** One row of the picture: the same layer under both builds, or one of each. */
export type StackRow =
  | { readonly kind: 'both'; readonly before: BuildStep; readonly now: BuildStep }
  | { readonly kind: 'split'; readonly before: BuildStep | undefined; readonly now: BuildStep | undefined };

/** The last two builds side by side, bottom layer first; a reused step is one slab under both. */
export function compareStacks(before: BuildView | undefined, now: BuildView): StackRow[] {
  const a = before ? inOrder(before.steps) : [];
  const b = inOrder(now.steps);
  const rows: StackRow[] = [];
  let shared = true;
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const left = a[i];
    const right = b[i];
    const same =
      shared &&
      left &&
      right &&
      right.state === 'reused' &&
      (left.state === 'ran' || left.state === 'reused') &&
      sameResult(left, right);
    if (same) rows.push({ kind: 'both', before: left, now: right });
    else {
      shared = false;
      rows.push({ kind: 'split', before: left, now: right });
    }
  }
  return rows;
}

/** What of a step's cache key is the same as in the other build, and what differs. */
export function compareKeys(
  before: BuildStep | undefined,
  now: BuildStep,
): { name: string; before: string; now: string; same: boolean }[] {
  const old = new Map((before?.detail?.parts ?? []).map((p) => [p.name, p]));
  return (now.detail?.parts ?? []).map((part) => {
    const was = old.get(part.name)?.value ?? '';
    return { name: part.name, before: was, now: part.value, same: was === part.value };
  });
}

/** The first cause a step ran again, in a sentence; undefined when there is nothing to compare with. */
export function whyItRan(before: BuildStep | undefined, now: BuildStep): string | undefined {
  if (now.state === 'reused') return 'every part of its key is the same as before';
  if (!before) return undefined;
  const differing = compareKeys(before, now).filter((p) => !p.same);
  if (!differing.length) return 'its last result was not kept';
  const files = differing.find((p) => p.name === 'files');
  if (files) {
    const was = before.detail?.parts.find((p) => p.name === 'files')?.files ?? {};
    const is = now.detail?.parts.find((p) => p.name === 'files')?.files ?? {};
    const changed = Object.keys(is).find((path) => was[path] !== is[path]);
    if (changed) return changed in was ? `${changed} is not the file it was` : `${changed} is new`;
    const gone = Object.keys(was).find((path) => !(path in is));
    if (gone) return `${gone} is gone`;
  }
  const own = differing.find((p) => p.name !== 'step before');
  if (own) return `${own.name} is not what it was`;
  return 'the step before it has a new result';
}

/** Bytes in layers that no container can see, and the share of the image that can be seen, as dive reports it. */
export interface Waste {
  readonly bytes: number;
  readonly efficiency: number;
  /** Largest first: what is hidden, how much it takes, and by which step. */
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly by: string }[];
}

/** `total` is the size of all layers. */
export function wasteOf(steps: readonly { layer: LayerOf | undefined; step: string }[], total: number): Waste {
  const files = steps.flatMap(({ layer, step }) =>
    Object.entries(layer?.hidden ?? {}).map(([path, bytes]) => ({ path, bytes, by: step })),
  );
  const bytes = files.reduce((sum, f) => sum + f.bytes, 0);
  return {
    bytes,
    efficiency: total > 0 ? Math.max(0, 1 - bytes / total) : 1,
    files: files.sort((a, b) => b.bytes - a.bytes),
  };
}

type LayerOf = NonNullable<BuildStepDetail['layer']>;

/** The layer of a step; that of a reused step is told by the build that made it. */
export function layerOf(step: BuildStep, builds: readonly BuildView[]): LayerOf | undefined {
  if (step.detail?.layer) return step.detail.layer;
  for (let i = builds.length - 1; i >= 0; i--) {
    const made = builds[i]!.steps.find((s) => s.detail?.layer && sameResult(s, step));
    if (made) return made.detail!.layer;
  }
  return undefined;
}

/** Whether two steps of different builds stand for the same result: every part of their keys is the same. */
export function sameResult(a: BuildStep, b: BuildStep): boolean {
  if (a.instruction !== b.instruction) return false;
  // A base image is named by its digest: its instruction says all.
  if (!a.detail || !b.detail || a.instruction.startsWith('FROM ')) return a.id === b.id;
  return compareKeys(a, b).every((part) => part.same);
}

/** An instruction as the learner wrote it: `FROM` without what the builder found out. */
export const written = (instruction: string): string =>
  instruction.startsWith('FROM ')
    ? instruction.replace(/^FROM (docker\.io\/)?(library\/)?/, 'FROM ').replace(/@sha256:[0-9a-f]{64}/, '')
    : instruction;
