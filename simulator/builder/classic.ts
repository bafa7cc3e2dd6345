/**
 * The classic builder (`DOCKER_BUILDKIT=0`): one container for each instruction, one image after each, in the order of the
 * file; every instruction is a step of the cache, known by the image before it and its own text.
 */
import type { HistoryEntry } from '../dockerfile/config.ts';
import type { FileOp, Vertex } from '../dockerfile/convert/graph.ts';
import type { Planned, StageState } from '../dockerfile/convert/stage.ts';
import { convert, linterFor } from '../dockerfile/convert/convert.ts';
import type { Add, Copy } from '../dockerfile/instructions.ts';
import { cleanPath } from '../dockerfile/path.ts';
import { parse } from '../dockerfile/parser.ts';
import { digestOf } from '../image/digest.ts';
import { familiarString, parseReference, withDefaultTag } from '../image/reference.ts';
import { contextFolder, convertOptions } from './build.ts';
import type { ClassicStep } from './cache/store.ts';
import { selectFiles, wholeTree } from './contenthash.ts';
import { dockerfileText, ignoreText } from './definition.ts';
import { readIgnoreFile } from '../dockerfile/ignore.ts';
import { BuildExecutor } from './executor.ts';
import { fullNames } from './export.ts';
import { finalConfig, timestamp, type TimedLayer } from './history.ts';
import { Progress } from './progress.ts';
import type { BuildDeps, BuildRequest, ResolvedImage, StoredImage } from './request.ts';
import { chainOf, treeOf, type Snapshot } from './snapshot.ts';

/** One message of the answer's stream. */
export interface ClassicMessage {
  stream?: string;
  aux?: { ID: string };
  error?: string;
  errorDetail?: { message: string; code?: number };
}

/** A step that failed; `code` is the command's exit code. */
class StepError extends Error {
  readonly code: number | undefined;
  constructor(message: string, code?: number) {
    super(message);
    this.code = code;
  }
}

const shortId = (image: StoredImage): string => image.digest.slice(7, 19);
const NEEDS_BUILDKIT =
  'requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled';

/** The texts of all instructions, as the steps show them. */
const stepTexts = (text: string): string[] => parse(text).nodes.map((n) => n.original.trim());

class ClassicBuild {
  readonly #request: BuildRequest;
  readonly #deps: BuildDeps;
  readonly #say: (message: ClassicMessage) => void;
  readonly #executor: BuildExecutor;
  readonly #progress: Progress;
  readonly #images = new Map<string, ResolvedImage>();
  #texts: string[] = [];
  #next = 0;
  /** What each stage is so far. */
  readonly #stages = new Map<StageState, ClassicStep>();
  readonly #results = new Map<Vertex, Snapshot | undefined>();
  #vertex: Vertex | undefined;
  #last: StoredImage | undefined;

  constructor(request: BuildRequest, deps: BuildDeps, say: (message: ClassicMessage) => void) {
    this.#request = request;
    this.#deps = deps;
    this.#say = say;
    const { clock } = deps.kernel;
    const decoder = new TextDecoder();
    this.#progress = new Progress(
      (trace) => {
        for (const log of trace.logs ?? []) {
          this.#print(decoder.decode(Uint8Array.from(atob(log.data), (c) => c.charCodeAt(0))));
        }
      },
      () => clock.now(),
      () => deps.cache.newId(),
    );
    this.#executor = new BuildExecutor(request, deps, this.#images, () =>
      contextFolder(request, this.#patterns(), undefined),
    );
  }

  #print(stream: string): void {
    this.#say({ stream });
  }

  #patterns(): string[] {
    const text = ignoreText(this.#request);
    return text === undefined ? [] : readIgnoreFile(text);
  }

  async run(): Promise<string | undefined> {
    const text = dockerfileText(this.#request);
    if (text === undefined) {
      throw new StepError(`Cannot locate specified Dockerfile: ${this.#request.dockerfile.name}`);
    }
    if (text === '') throw new StepError(`the Dockerfile (${this.#request.dockerfile.name}) cannot be empty`);
    this.#texts = stepTexts(text);
    const linter = linterFor('', {});
    const options = convertOptions(this.#request, {
      ignorePatterns: () => Promise.resolve(this.#patterns()),
      resolveImage: async (name) => {
        const image = await this.#deps.images.resolve(name, this.#request.platform || 'linux/amd64', {
          pull: this.#request.pull,
        });
        this.#images.set(`${name}@${image.digest}`, image);
        return image;
      },
    });
    await convert(
      text,
      {
        ...options,
        linear: true,
        onStep: { before: (stage, planned) => this.#before(stage, planned), after: (s, p) => this.#after(s, p) },
      },
      linter,
    );
    this.#warnUnused(text);
    const last = this.#last;
    if (!last) return undefined;
    const names = fullNames(this.#request, { type: 'image' });
    for (const name of names) this.#deps.images.name(name, last);
    this.#deps.images.unpack(last);
    this.#say({ aux: { ID: last.digest } });
    this.#print(`Successfully built ${shortId(last)}\n`);
    for (const tag of this.#request.tags) {
      this.#print(`Successfully tagged ${familiarString(withDefaultTag(parseReference(tag)))}\n`);
    }
    return last.digest;
  }

  #warnUnused(text: string): void {
    const declared = new Set(
      parse(text)
        .nodes.filter((n) => n.keyword.text.toLowerCase() === 'arg')
        .flatMap((n) => n.args.map((a) => a.text.split('=')[0])),
    );
    const unused = Object.keys(this.#request.buildArgs)
      .filter((name) => !declared.has(name) && !/_proxy$/i.test(name))
      .sort();
    if (unused.length > 0) {
      this.#print(`[Warning] One or more build-args [${unused.join(' ')}] were not consumed\n`);
    }
  }

  #announce(): void {
    this.#print(`Step ${this.#next + 1}/${this.#texts.length} : ${this.#texts[this.#next] ?? ''}\n`);
    this.#next++;
  }

  async #before(stage: StageState, planned: Planned | undefined): Promise<void> {
    if (planned) {
      if (!planned.onbuild) this.#announce();
      this.#vertex = stage.vertex;
      this.#refuse(planned);
      return;
    }
    if (stage.unregistered) {
      await this.#result(stage.vertex);
      return;
    }
    // ARGs before the first FROM are steps too
    while (this.#next < this.#texts.length && !/^from\b/i.test(this.#texts[this.#next]!)) this.#announce();
    this.#announce();
    const base = stage.base && this.#stages.get(stage.base);
    const step = base ?? (await this.#fromImage(stage));
    this.#stages.set(stage, step);
    if (stage.vertex) this.#results.set(stage.vertex, step.snapshot);
    if (stage.vertex || base) this.#print(` ---> ${shortId(step.image)}\n`);
    else this.#print(' ---> \n');
    this.#last = step.image;
  }

  async #fromImage(stage: StageState): Promise<ClassicStep> {
    const snapshot = await this.#result(stage.vertex);
    const digest = /@(sha256:\w+)$/.exec(stage.baseName)?.[1] ?? '';
    const image = { manifest: digest, config: '', attestation: '', digest };
    return { image, snapshot, history: [...stage.image.history] };
  }

  /** The result of a vertex, carried out where it was not yet. */
  async #result(vertex: Vertex | undefined): Promise<Snapshot | undefined> {
    if (!vertex) return undefined;
    if (this.#results.has(vertex)) return this.#results.get(vertex);
    const progress = this.#progress.vertex(vertex.origin.name);
    let result: Snapshot | undefined;
    if (vertex.inputs.length === 0) {
      if (vertex.op.type === 'http') await this.#executor.identify(vertex, progress);
      result = await this.#executor.load(vertex, progress);
    } else {
      const inputs: (Snapshot | undefined)[] = [];
      for (const input of vertex.inputs) inputs.push(await this.#result(input));
      result = (await this.#executor.execute(vertex, inputs, progress)).snapshot;
    }
    this.#results.set(vertex, result);
    return result;
  }

  /** What only BuildKit can do. */
  #refuse({ command }: Planned): void {
    if (command.kind === 'run') {
      if (command.mounts.length > 0) throw new StepError(`the --mount option ${NEEDS_BUILDKIT}`);
      if (command.node.flags.length > 0) {
        throw new StepError(`the --${command.node.flags[0]!.text.slice(2).split('=')[0]} option ${NEEDS_BUILDKIT}`);
      }
    }
    if (command.kind === 'add' || command.kind === 'copy') {
      if (command.chmod !== '') throw new StepError(`the --chmod option ${NEEDS_BUILDKIT}`);
      if (command.link) throw new StepError(`the --link option ${NEEDS_BUILDKIT}`);
      if (command.sources.length > 1 && !command.destination.endsWith('/')) {
        throw new StepError(
          `When using ${command.kind.toUpperCase()} with more than one source file, the destination must be a directory and end with a /`,
        );
      }
    }
  }

  async #after(stage: StageState, { command, onbuild }: Planned): Promise<void> {
    const before = this.#stages.get(stage)!;
    const vertex = stage.vertex !== this.#vertex ? stage.vertex : undefined;
    const copying = command.kind === 'copy' || command.kind === 'add';
    if (onbuild) this.#print(`# Executing 1 build trigger\n ---> Running in ${this.#containerId()}\n`);
    const content = copying && vertex ? await this.#content(vertex, command) : '';
    const text = historyText(command, stage, content);
    const key = digestOf(JSON.stringify([before.image.digest, text, stage.image.config, content]));
    const cached = this.#request.noCache ? undefined : this.#deps.cache.classic.get(key);
    let step: ClassicStep;
    if (cached && this.#deps.images.has(cached.image)) {
      this.#print(' ---> Using cache\n');
      step = cached;
    } else {
      const container = copying ? '' : this.#containerId();
      if (container !== '') this.#print(` ---> Running in ${container}\n`);
      const snapshot = vertex ? await this.#run(vertex) : before.snapshot;
      if (container !== '') this.#print(` ---> Removed intermediate container ${container}\n`);
      step = await this.#commit(stage, before, snapshot, text, vertex !== undefined);
      this.#deps.cache.classic.set(key, step);
    }
    if (vertex) this.#results.set(vertex, step.snapshot);
    this.#stages.set(stage, step);
    this.#last = step.image;
    this.#print(` ---> ${shortId(step.image)}\n`);
  }

  #containerId(): string {
    return this.#deps.kernel.random.hex(12);
  }

  async #run(vertex: Vertex): Promise<Snapshot | undefined> {
    try {
      return await this.#result(vertex);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const failed = /^process "(.*)" did not complete successfully: (?:exit code: (\d+)|(.*))$/s.exec(error.message);
      if (!failed) throw error;
      if (failed[3] !== undefined) throw new StepError(failed[3]);
      const code = Number(failed[2]);
      throw new StepError(`The command '${failed[1]}' returned a non-zero code: ${code}`, code);
    }
  }

  /** `file:…`, `dir:…` or `multi:…`: digest of what is copied, as the history names it. */
  async #content(vertex: Vertex, command: Copy | Add): Promise<string> {
    const kinds: string[] = [];
    let digests = '';
    for (const action of (vertex.op as FileOp).actions) {
      if (action.type !== 'copy') continue;
      const tree = treeOf(await this.#result(vertex.inputs[action.from]));
      const { source } = action;
      try {
        const wildcard = action.wildcard && /[*?[]/.test(source);
        const selection = selectFiles(tree, [{ ...wholeTree(source), wildcard }]);
        if (wildcard && selection.files.size === 0) {
          throw new StepError(`${command.kind.toUpperCase()} failed: no source files were specified`);
        }
        digests += selection.digest;
        kinds.push(tree.stat(source)?.type === 'dir' ? 'dir' : 'file');
      } catch (error) {
        if (error instanceof StepError || !(error instanceof Error)) throw error;
        const path = cleanPath(source).replace(/^\//, '');
        throw new StepError(
          `${command.kind.toUpperCase()} failed: file not found in build context or excluded by .dockerignore: stat ${path}: file does not exist`,
        );
      }
    }
    const kind = kinds.length === 1 ? kinds[0] : 'multi';
    return `${kind}:${digestOf(digests).slice('sha256:'.length)}`;
  }

  async #commit(
    stage: StageState,
    before: ClassicStep,
    snapshot: Snapshot | undefined,
    text: string,
    layer: boolean,
  ): Promise<ClassicStep> {
    const { images, kernel } = this.#deps;
    await kernel.clock.sleep(8 + kernel.random.int(20));
    const entry: HistoryEntry = {
      created: timestamp(kernel.clock.now()),
      created_by: text,
      ...(layer ? {} : { empty_layer: true }),
    };
    const history = [...before.history, entry];
    const layers: TimedLayer[] = [];
    for (const part of chainOf(snapshot)) {
      const stored = part.image ? await images.keepLayer(part.image) : await images.addLayer(part.layer);
      layers.push({ layer: stored, createdAt: part.createdAt });
    }
    const image = await images.write(
      {
        config: finalConfig({ ...structuredClone(stage.image), history }, layers, kernel.clock.now()),
        layers: layers.map((l) => l.layer),
        annotations: {},
        provenance: 'none',
        predicate: undefined,
      },
      () => Promise.resolve(),
    );
    images.name(`moby-dangling@${image.digest}`, image);
    images.unpack(image);
    return { image, snapshot, history };
  }
}

const unquoted = (text: string): string => text.replaceAll(/["']/g, '');

/** The history text of the classic builder: `#(nop)` marks what ran no command. */
function historyText({ ...command }: Planned['command'], stage: StageState, content: string): string {
  const last = stage.image.history.at(-1)?.created_by ?? '';
  const shell = '/bin/sh -c #(nop) ';
  switch (command.kind) {
    case 'run':
      return last.replace(/^RUN /, '').replace(/ # buildkit$/, '');
    case 'copy':
    case 'add': {
      const chown = command.chown === '' ? '' : `--chown=${command.chown} `;
      return `${shell}${command.kind.toUpperCase()} ${chown}${content} in ${command.destination} `;
    }
    case 'workdir':
      return `${shell}${last}`;
    case 'expose':
      return `${shell} EXPOSE ${command.ports.join(' ')}`;
    case 'arg':
      // the default, whatever the build gives: so the step stays cached, and the RUN that sees the value does not
      return `${shell} ARG ${command.args.map(({ key, value }) => (value === undefined ? key : `${key}=${unquoted(value)}`)).join(' ')}`;
    case 'onbuild':
      return `${shell} ONBUILD ${command.expression}`;
    default:
      return `${shell} ${last}`;
  }
}

/** Builds the classic way. Resolves to the image's id; what it tells, errors included, goes to `say`. */
export async function classicBuild(
  request: BuildRequest,
  deps: BuildDeps,
  say: (message: ClassicMessage) => void,
): Promise<string | undefined> {
  try {
    return await new ClassicBuild(request, deps, say).run();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { message } = error;
    const code = error instanceof StepError && error.code !== undefined ? { code: error.code } : {};
    say({ error: message, errorDetail: { message, ...code } });
    return undefined;
  }
}
