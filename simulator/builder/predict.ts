/**
 * What the next build would take from the cache, and for what it would not, the first cause: the same keys as the build
 * uses, without carrying anything out.
 */
import type { CacheKeyPart } from '../api/build.ts';
import type { ResolvedBase } from '../dockerfile/convert/context.ts';
import { convert } from '../dockerfile/convert/convert.ts';
import type { Vertex } from '../dockerfile/convert/graph.ts';
import { silentLinter } from '../dockerfile/checks.ts';
import { DockerfileError, type Lines } from '../dockerfile/errors.ts';
import { readIgnoreFile } from '../dockerfile/ignore.ts';
import type { Platform } from '../dockerfile/platform.ts';
import type { Layer } from '../kernel/fs/layer.ts';
import { contextFolder, convertOptions } from './build.ts';
import type { CacheStore } from './cache/store.ts';
import { selectFiles, type Selection } from './contenthash.ts';
import { dockerfileText, ignoreText } from './definition.ts';
import {
  afterCommand,
  exactSize,
  fileLayer,
  knownStack,
  mergedStack,
  UNKNOWN_STACK,
  type EstimatedSize,
  type EstimatedStack,
} from './estimate.ts';
import { imageIds } from './executor.ts';
import { combine, inputUses, instructionText, keyParts, opDigest } from './keys.ts';
import type { BuildRequest } from './request.ts';
import { layersOf, treeOf, type Snapshot } from './snapshot.ts';
import { nodeKey, SCRATCH } from './solver.ts';
import { LayerTree } from './tree.ts';

export interface PredictDeps {
  readonly cache: CacheStore;
  /** The image a name stands for, where that can be told without a registry. */
  readonly resolve: (name: string, platform: Platform) => Promise<ResolvedBase | undefined>;
  /** The layers of a resolved image, topmost first, where they are here; only sizes depend on them. */
  readonly layers?: (image: ResolvedBase) => readonly Layer[] | undefined;
}

/** Why a step would not be taken from the cache. */
export type Cause =
  | { readonly kind: 'first'; readonly text: string }
  | { readonly kind: 'before' | 'option' | 'command' | 'files' | 'environment' | 'other'; readonly text: string };

export interface PredictedStep {
  readonly name: string;
  readonly stage: number;
  readonly stageName: string;
  readonly step: number;
  readonly steps: number;
  readonly startLine: number;
  readonly endLine: number;
  readonly instruction: string;
  /** `unknown`: it depends on the result of a step that has to run first. `fails`: the build ends there. */
  readonly outcome: 'reused' | 'runs' | 'unknown' | 'fails';
  readonly cause: Cause | undefined;
  /** What the key is made of. */
  readonly parts: readonly CacheKeyPart[];
  /** Of its layer; undefined where nothing is known. */
  readonly size: EstimatedSize | undefined;
  /** Of what its stage began with; undefined for a step that stands by itself (COPY --link). */
  readonly base: EstimatedSize | undefined;
}

export interface Prediction {
  readonly steps: readonly PredictedStep[];
  /** Of all layers of the image. */
  readonly size: EstimatedSize | undefined;
  /** The build would fail before any step. */
  readonly error: { readonly message: string; readonly lines: Lines | undefined } | undefined;
}

interface Guess {
  readonly vertex: Vertex;
  readonly ids: readonly string[];
  /** Those under which later steps may look for results (see the solver). */
  readonly visible: readonly string[];
  readonly outcome: 'source' | PredictedStep['outcome'];
  readonly cause: Cause | undefined;
  readonly parts: readonly CacheKeyPart[];
  /** What the result shows, where that is known without work. */
  readonly tree: LayerTree | undefined;
  readonly size: EstimatedSize | undefined;
  readonly stack: EstimatedStack;
}
/** A guess without the sizes. */
type Outlook = Omit<Guess, 'size' | 'stack'> & { readonly result?: Snapshot };

const BEFORE = 'the step before it has a new result';
const NEVER = 'no build has done this step yet';

function firstDifference(now: readonly CacheKeyPart[], then: readonly CacheKeyPart[]): Cause | undefined {
  for (const part of now) {
    const old = then.find((p) => p.name === part.name);
    if (part.name === 'step before' || old?.value === part.value) continue;
    if (part.name === 'files') return filesCause(part.files ?? {}, old?.files ?? {});
    if (part.name === 'command') return { kind: 'command', text: "the command's text changed" };
    if (part.name === 'environment') return environmentCause(part.value, old?.value ?? '');
    return { kind: 'other', text: `${part.name} changed` };
  }
  return undefined;
}

function filesCause(now: Readonly<Record<string, string>>, then: Readonly<Record<string, string>>): Cause {
  const list = (paths: readonly string[], what: string): string | undefined => {
    const files = paths.filter((p) => !p.endsWith('/'));
    const [first] = files.length > 0 ? files : paths;
    if (first === undefined) return undefined;
    return files.length > 1 ? `${first} and ${files.length - 1} more ${what}` : `${first} ${what}`;
  };
  const paths = Object.keys(now);
  const text =
    list(
      paths.filter((p) => Object.hasOwn(then, p) && then[p] !== now[p]),
      'changed',
    ) ??
    list(
      paths.filter((p) => !Object.hasOwn(then, p)),
      'was added',
    ) ??
    list(
      Object.keys(then).filter((p) => !Object.hasOwn(now, p)),
      'was removed',
    );
  return { kind: 'files', text: text ?? 'the files changed' };
}

function environmentCause(now: string, then: string): Cause {
  const old = new Set(then.split('\n'));
  const [name] = now
    .split('\n')
    .filter((entry) => !old.has(entry))
    .map((entry) => entry.split('=')[0]);
  return { kind: 'environment', text: name ? `the variable ${name} changed` : 'the environment changed' };
}

class Predictor {
  readonly #cache: CacheStore;
  readonly #images: ReadonlyMap<string, ResolvedBase>;
  readonly #folder: (name: string) => Layer;
  readonly #layers: PredictDeps['layers'];
  readonly #guesses = new Map<string, Guess>();
  constructor(deps: PredictDeps, images: ReadonlyMap<string, ResolvedBase>, folder: (name: string) => Layer) {
    this.#cache = deps.cache;
    this.#layers = deps.layers;
    this.#images = images;
    this.#folder = folder;
  }

  get guesses(): Guess[] {
    return [...this.#guesses.values()];
  }

  guess(vertex: Vertex): Guess {
    const key = nodeKey(vertex);
    const known = this.#guesses.get(key);
    if (known) return known;
    const guess = vertex.inputs.length === 0 ? this.#source(vertex) : this.#sized(this.#operation(vertex));
    this.#guesses.set(key, guess);
    return guess;
  }

  #source(vertex: Vertex): Guess {
    const { op } = vertex;
    const base = {
      vertex,
      cause: undefined,
      parts: keyParts(vertex, undefined),
      outcome: 'source' as const,
      size: undefined,
      stack: UNKNOWN_STACK,
    };
    if (op.type === 'image') {
      const image = this.#images.get(op.ref);
      const ids = image ? imageIds(image, vertex.platform) : [];
      const layers = image && this.#layers?.(image);
      const stack = layers ? knownStack(layers) : UNKNOWN_STACK;
      return { ...base, ids, visible: ids, tree: undefined, stack };
    }
    if (op.type === 'local') {
      const folder = this.#folder(op.name);
      return { ...base, ids: [], visible: [], tree: new LayerTree([folder]), stack: knownStack([folder]) };
    }
    return { ...base, outcome: 'unknown', ids: [], visible: [], tree: undefined };
  }

  /** Adds how large the step's layer and what is below it will be. */
  #sized({ result, ...guess }: Outlook): Guess {
    const { op, inputs, origin } = guess.vertex;
    if (result) return { ...guess, size: exactSize(result.layer), stack: knownStack(layersOf(result)) };
    const stacks = inputs.map((v) => v && this.guess(v).stack);
    if (op.type === 'merge') return { ...guess, size: undefined, stack: mergedStack(stacks) };
    if (guess.outcome === 'fails') return { ...guess, size: undefined, stack: UNKNOWN_STACK };
    const made = op.type === 'file' ? fileLayer(op, stacks) : undefined;
    if (made) return { ...guess, ...made };
    const last = this.#cache.remembered(origin.instruction).find((s) => s.text === instructionText(origin));
    const size: EstimatedSize | undefined = last && { bytes: last.size, kind: 'about' };
    return { ...guess, size, stack: afterCommand(stacks[0], size) };
  }

  /** The size of what the step's stage began with. */
  baseOf({ vertex }: Guess): EstimatedSize | undefined {
    let below: Vertex | undefined = vertex;
    while (below && below.inputs.length > 0 && below.origin.stage === vertex.origin.stage) below = below.inputs[0];
    return below && this.guess(below).stack.total;
  }

  #operation(vertex: Vertex): Outlook {
    const uses = inputUses(vertex);
    const inputs = vertex.inputs.map((v) => v && this.guess(v));
    const digest = opDigest(vertex.op, vertex.platform);
    const plain = inputs.map((g) => (g ? g.visible : SCRATCH));
    const early = this.#cache.query(combine(digest, uses, plain));
    const found = vertex.ignoreCache ? undefined : this.#cache.find(early);

    let selection: Selection | undefined;
    let open = false;
    let failure: string | undefined;
    const content = inputs.map((g, i) => {
      const selectors = uses[i]!.content;
      if (!g || !selectors) return [];
      if (!g.tree) {
        open = true;
        return [];
      }
      try {
        selection = selectFiles(g.tree, selectors);
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error);
        return [];
      }
      return [`content:${selection.digest}`];
    });
    const parts = this.#parts(vertex, inputs[0], selection);
    if (found) return this.#reused(vertex, early, found, parts);
    const base = { vertex, parts, tree: undefined, visible: [] };
    if (failure !== undefined) return { ...base, ids: [], outcome: 'fails', cause: { kind: 'files', text: failure } };
    const names = this.#cache.query(
      combine(
        digest,
        uses,
        plain.map((ids, i) => [...ids, ...content[i]!]),
      ),
    );
    const late = vertex.ignoreCache || open ? undefined : this.#cache.find(names);
    if (late) return this.#reused(vertex, names, late, parts);
    const visible = vertex.ignoreCache ? [] : names;
    const keys = combine(
      digest,
      uses,
      inputs.map((g, i) => (g ? [...g.ids, ...content[i]!] : SCRATCH)),
    );
    let ids = names.length > 0 ? names : this.#cache.query(keys);
    if (ids.length === 0 && !open) ids = [this.#cache.nameFor(keys)];
    const [before] = inputs;
    if (before?.outcome === 'fails') {
      return { ...base, ids, outcome: 'fails', cause: { kind: 'before', text: 'the build ends before it' } };
    }
    const depends = inputs.some((g, i) => g?.outcome === 'unknown' && !uses[i]!.content);
    if (!vertex.ignoreCache && (open || depends)) {
      const cause: Cause = { kind: 'before', text: 'it depends on the result of a step that has to run first' };
      return { ...base, ids, visible, outcome: 'unknown', cause };
    }
    return { ...base, ids, visible, outcome: 'runs', cause: this.#cause(vertex, before, parts) };
  }

  #reused(vertex: Vertex, ids: readonly string[], result: Snapshot, parts: readonly CacheKeyPart[]): Outlook {
    return { vertex, ids, visible: ids, outcome: 'reused', cause: undefined, parts, tree: treeOf(result), result };
  }

  #parts(vertex: Vertex, before: Guess | undefined, selection: Selection | undefined): CacheKeyPart[] {
    const parts = keyParts(vertex, selection?.files);
    const id = before?.ids[0];
    return id === undefined ? parts : [{ name: 'step before', value: id.slice(7, 19) }, ...parts];
  }

  #cause(vertex: Vertex, before: Guess | undefined, parts: readonly CacheKeyPart[]): Cause {
    if (vertex.ignoreCache) return { kind: 'option', text: 'the build was told not to use the cache' };
    if (before?.outcome === 'runs') return { kind: 'before', text: BEFORE };
    const earlier = this.#cache.remembered(vertex.origin.instruction);
    const ids = new Set(before?.ids ?? []);
    const [sibling] = earlier.filter(
      (s) => s.before.some((id) => ids.has(id)) || (ids.size === 0 && s.before.length === 0),
    );
    const difference = sibling && firstDifference(parts, sibling.parts);
    if (difference) return difference;
    if (before?.vertex.op.type === 'image' && earlier.length > 0)
      return { kind: 'before', text: 'the base image changed' };
    return { kind: 'first', text: sibling ? 'its result is no longer in the cache' : NEVER };
  }
}

/** Predicts the next build of `request`. */
export async function predict(request: BuildRequest, deps: PredictDeps): Promise<Prediction> {
  const text = dockerfileText(request);
  if (text === undefined) {
    return { steps: [], size: undefined, error: { message: 'the Dockerfile is missing', lines: undefined } };
  }
  const images = new Map<string, ResolvedBase>();
  const ignore = ignoreText(request);
  const patterns = ignore === undefined ? [] : readIgnoreFile(ignore);
  const options = convertOptions(request, {
    resolveImage: async (name, platform) => {
      const image = await deps.resolve(name, platform);
      if (!image) throw new Error('its image is not here yet');
      images.set(name.includes('@') ? name : `${name}@${image.digest}`, image);
      return image;
    },
    ignorePatterns: () => Promise.resolve(patterns),
  });
  try {
    const converted = await convert(text, options, silentLinter());
    let folder: Layer | undefined;
    const predictor = new Predictor(deps, images, (name) => {
      if (name !== 'context') {
        const context = request.namedContexts[name];
        if (typeof context === 'object') return context;
      }
      const op = contextVertex(converted.vertex);
      folder ??= contextFolder(request, patterns, op?.type === 'local' ? op.paths() : undefined);
      return folder;
    });
    const size = converted.vertex && predictor.guess(converted.vertex).stack.total;
    const steps = predictor.guesses.flatMap((guess) => toStep(guess, predictor.baseOf(guess)));
    return { steps, size, error: undefined };
  } catch (error) {
    if (!(error instanceof DockerfileError)) throw error;
    return { steps: [], size: undefined, error: { message: error.message, lines: error.lines[0] } };
  }
}

function contextVertex(root: Vertex | undefined, seen = new Set<Vertex>()): Vertex['op'] | undefined {
  if (!root || seen.has(root)) return undefined;
  seen.add(root);
  if (root.op.type === 'local' && root.op.name === 'context') return root.op;
  for (const input of root.inputs) {
    const found = contextVertex(input, seen);
    if (found) return found;
  }
  return undefined;
}

function toStep(guess: Guess, base: EstimatedSize | undefined): PredictedStep[] {
  const { origin } = guess.vertex;
  if (guess.outcome === 'source' || !origin.lines || origin.instruction === '' || guess.vertex.op.type === 'merge') {
    return [];
  }
  return [
    {
      name: origin.name,
      stage: origin.stage,
      stageName: origin.stageName,
      step: origin.step,
      steps: origin.steps,
      startLine: origin.lines[0],
      endLine: origin.lines[1],
      instruction: origin.instruction,
      outcome: guess.outcome,
      cause: guess.cause,
      parts: guess.parts,
      size: guess.size,
      base,
    },
  ];
}
