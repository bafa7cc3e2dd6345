/** What the page's panels ask the daemon beside its API: its objects at once, and how the next build would go. */
import { StoreImages } from '../builder/images.ts';
import { predict, type PredictedStep, type Prediction } from '../builder/predict.ts';
import { DEFAULT_REQUEST } from '../builder/request.ts';
import type { ResolvedBase } from '../dockerfile/convert/context.ts';
import { parse } from '../dockerfile/parser.ts';
import { formatPlatform, type Platform } from '../dockerfile/platform.ts';
import type { Engine } from '../engine/engine.ts';
import { engineState } from '../engine/snapshot.ts';
import type { MachineState } from '../engine/state.ts';
import { containerFiles } from '../engine/containers/rootfs.ts';
import { isErrno } from '../kernel/errno.ts';
import { chainIds, type Digest } from '../image/digest.ts';
import type { KernelCore } from '../kernel/core.ts';
import type { StepForecast } from '../machine.ts';
import { machinesOf } from '../vm/registry.ts';

/** The daemon's objects and the host's virtual machines, as plain data. */
export function machineState(engine: Engine): MachineState {
  return { ...engineState(engine), machines: machinesOf(engine.kernel) };
}

/** Longest file that is read out of a container for the page, bytes. */
const LOOK = 64 * 1024;

/** The text of a file as the container's processes see it; undefined where there is no such container or file. */
export function lookInto(engine: Engine, kernel: KernelCore, container: string, path: string): string | undefined {
  const found = engine.containers.find(container);
  if (!found) return undefined;
  try {
    const files = containerFiles(kernel, found);
    const stat = files.stat(path);
    return stat.type === 'file' && stat.size <= LOOK ? new TextDecoder().decode(files.read(path)) : undefined;
  } catch (error) {
    if (isErrno(error)) return undefined; // not there (yet)
    throw error;
  }
}

/** Stands for an image that is not here: no key with it was ever used, so nothing on it is reused. */
const NO_DIGEST = `sha256:${'0'.repeat(64)}`;
const UNKNOWN: ResolvedBase = {
  digest: NO_DIGEST,
  config: {
    architecture: 'amd64',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: [NO_DIGEST] },
    history: [{ created: '1970-01-01T00:00:00Z', created_by: '' }],
  },
};

interface Instruction {
  readonly line: number;
  readonly endLine: number;
  readonly keyword: string;
}

function instructionsOf(text: string): Instruction[] | undefined {
  try {
    return parse(text).nodes.map((node) => ({
      line: node.lines[0],
      endLine: node.lines[1],
      keyword: node.keyword.text.toUpperCase(),
    }));
  } catch {
    return undefined; // the editor's diagnostics say what is wrong; there is no build to foretell
  }
}

const stepOf = (step: PredictedStep): string => /^\[(?:internal\] )?([^\]]+)\]/.exec(step.name)?.[1] ?? '';

/** The prediction line by line: every instruction of the file has one entry. */
function byLine(instructions: readonly Instruction[], prediction: Prediction, here: boolean): StepForecast[] {
  const found: StepForecast[] = [];
  let stage = -1;
  for (const { line, endLine, keyword } of instructions) {
    if (keyword === 'FROM') {
      stage++;
      const steps = prediction.steps.filter((s) => s.stage === stage);
      const [first] = steps;
      const total = first && `${stepOf(first).replace(/\d+\/\d+$/, '')}1/${first.steps}`;
      const reused = steps.some((s) => s.outcome === 'reused');
      const base = here ? steps.find((s) => s.base)?.base : undefined;
      found.push({
        line,
        endLine,
        step: total ?? '',
        outcome: reused ? 'reused' : steps.length > 0 ? 'runs' : 'unused',
        ...(!reused &&
          steps.length > 0 && { cause: here ? 'no build has used this image yet' : 'its image is not here yet' }),
        ...(base && { size: base }),
      });
      continue;
    }
    const step = prediction.steps.find((s) => s.startLine === line);
    if (!step) {
      const makesNone = !['RUN', 'COPY', 'ADD', 'WORKDIR'].includes(keyword);
      found.push({ line, endLine, step: '', outcome: makesNone ? 'config' : 'unused' });
      continue;
    }
    found.push({
      line,
      endLine,
      step: stepOf(step),
      outcome: step.outcome === 'reused' ? 'reused' : 'runs',
      ...(step.outcome !== 'reused' && step.cause && { cause: step.cause.text }),
      ...(step.size && { size: step.size }),
    });
  }
  const last = found.pop();
  if (last) found.push({ ...last, ...(prediction.size && { imageSize: prediction.size }) });
  return found;
}

/** How `docker build .` in `folder` would go now, without running anything; undefined where it would reach no step. */
export async function forecast(
  engine: Engine,
  kernel: KernelCore,
  folder: string,
  dockerfile: string,
): Promise<readonly StepForecast[] | undefined> {
  const { files } = kernel.init.mnt;
  const path = `${folder}/${dockerfile}`;
  if (!files.exists(path)) return undefined;
  const decoder = new TextDecoder();
  const text = decoder.decode(files.read(path));
  const instructions = instructionsOf(text);
  if (!instructions) return undefined;
  const ignore = [`${path}.dockerignore`, `${folder}/.dockerignore`].find((p) => files.exists(p));
  const images = new StoreImages(engine.images.store, kernel.clock, undefined, () => Promise.reject(new Error('none')));
  let here = true;
  const prediction = await predict(
    {
      ...DEFAULT_REQUEST,
      context: files.snapshot(folder),
      dockerfile: { name: dockerfile, text },
      ...(ignore !== undefined && { dockerignore: decoder.decode(files.read(ignore)) }),
    },
    {
      cache: engine.buildCache,
      resolve: (name: string, platform: Platform) => {
        const wanted = formatPlatform(platform);
        const image = images.local(name, wanted) ?? engine.buildCache.bases.get(`${name} ${wanted}`);
        if (!image) here = false;
        return Promise.resolve(image ?? UNKNOWN);
      },
      layers: (image) => {
        const top = chainIds(image.config.rootfs.diff_ids as Digest[]).at(-1);
        const { snapshots } = engine.images.store;
        return top !== undefined && snapshots.get(top) ? snapshots.layers(top) : undefined;
      },
    },
  );
  return prediction.error ? undefined : byLine(instructions, prediction, here);
}
