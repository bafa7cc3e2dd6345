/** `docker build` with BuildKit: from a request to an image, with its progress. */
import './events.ts';
import type { BuildErrorFrame, BuildProvenance, BuildTrace, BuildWarning } from '../api/build.ts';
import type { Warning } from '../dockerfile/checks.ts';
import { convert, linterFor, type Converted } from '../dockerfile/convert/convert.ts';
import type { ConvertOptions } from '../dockerfile/convert/context.ts';
import type { Vertex } from '../dockerfile/convert/graph.ts';
import { DockerfileError, type Lines } from '../dockerfile/errors.ts';
import { PatternMatcher } from '../dockerfile/ignore.ts';
import { parsePlatform } from '../dockerfile/platform.ts';
import { EMPTY_LAYER, type Layer } from '../kernel/fs/layer.ts';
import { applyIgnore, selectPaths } from './context.ts';
import { exportCache, importCaches, inlineCache } from './cache/transfer.ts';
import { Definition } from './definition.ts';
import { BuildExecutor } from './executor.ts';
import { Exporter } from './export.ts';
import { loadFrontend } from './frontend.ts';
import { timestamp } from './history.ts';
import { Progress, type VertexProgress } from './progress.ts';
import type { BuildDeps, BuildOutcome, BuildRequest } from './request.ts';
import { beginRecord } from './records.ts';
import { SolveError, Solver } from './solver.ts';
import { buildOutline, buildTargets, lintResults } from './subrequests.ts';

export const DEFAULT_PLATFORM = 'linux/amd64';

/** Of several platforms one is built here: one that is not the machine's, so that the build tells why it cannot be. */
export function onePlatform(platforms: string): string {
  const all = platforms.split(',');
  return all.find((platform) => platform !== DEFAULT_PLATFORM) ?? all[0]!;
}

/** The options of the conversion that come straight from the request. */
export function convertOptions(
  request: BuildRequest,
  surroundings: Pick<ConvertOptions, 'resolveImage' | 'ignorePatterns'>,
): ConvertOptions {
  return {
    buildArgs: request.buildArgs,
    labels: request.labels,
    target: request.target,
    noCache: request.noCache,
    noCacheFilter: request.noCacheFilter,
    platform: parsePlatform(request.platform || DEFAULT_PLATFORM),
    networkMode: request.networkMode,
    extraHosts: request.extraHosts,
    shmSize: request.shmSize,
    allStages: request.call === 'check' && request.target === '',
    namedContext: (name) => {
      if (!Object.hasOwn(request.namedContexts, name)) return undefined;
      const context = request.namedContexts[name]!;
      return typeof context === 'string' ? { image: context } : { folder: name };
    },
    ...surroundings,
  };
}

/** What the build needs of the context, without what is ignored. */
export function contextFolder(
  request: BuildRequest,
  patterns: readonly string[],
  paths: readonly string[] | undefined,
): Layer {
  const matcher = patterns.length > 0 ? new PatternMatcher(patterns) : undefined;
  return selectPaths(applyIgnore(request.context ?? EMPTY_LAYER, matcher), paths);
}

const toWarning = (w: Warning, vertex: string): BuildWarning => ({
  vertex,
  rule: w.rule,
  message: w.message,
  url: w.url,
  line: w.lines[0],
});

class Build {
  readonly #request: BuildRequest;
  readonly #deps: BuildDeps;
  readonly #progress: Progress;
  readonly #definition: Definition;
  #text = '';
  #warnings: BuildWarning[] = [];

  constructor(request: BuildRequest, deps: BuildDeps, onTrace: (trace: BuildTrace) => void) {
    this.#request = request;
    this.#deps = deps;
    const { clock } = deps.kernel;
    let count = 0;
    this.#progress = new Progress(
      onTrace,
      () => clock.now(),
      () => `${request.ref} ${clock.now()} ${count++}`,
    );
    this.#definition = new Definition(request, deps, this.#progress);
  }

  async run(): Promise<BuildOutcome> {
    const { text, vertex } = await this.#definition.load();
    try {
      if (text === undefined) {
        const { name } = this.#request.dockerfile;
        throw new DockerfileError(
          `failed to read dockerfile: open ${name.slice(name.lastIndexOf('/') + 1)}: no such file or directory`,
        );
      }
      this.#text = text;
      // done before images are resolved; warnings may still come to it
      vertex.complete();
      await loadFrontend(text, this.#request, this.#deps, this.#progress);
      return await this.#call(text, vertex);
    } catch (error) {
      return this.#failure(error);
    } finally {
      vertex.complete();
    }
  }

  async #call(text: string, vertex: VertexProgress): Promise<BuildOutcome> {
    const { call } = this.#request;
    if (call === 'targets') {
      return { archives: [], call: { type: 'targets', result: buildTargets(text) } };
    }
    const linter = linterFor(text, this.#request.buildArgs);
    if (call === 'check') {
      let failure: Error | undefined;
      try {
        await convert(text, this.#options(), linter);
      } catch (error) {
        if (!(error instanceof DockerfileError)) throw error;
        failure = error;
      }
      const result = lintResults(text, this.#filename(), linter.warnings, failure);
      return { archives: [], call: { type: 'check', result } };
    }
    if (call === 'outline') {
      const converted = await convert(text, this.#options(), linter);
      return { archives: [], call: { type: 'outline', result: buildOutline(text, converted) } };
    }
    let converted: Converted;
    try {
      converted = await convert(text, this.#options(), linter);
    } finally {
      this.#warnings = linter.warnings.map((w) => toWarning(w, vertex.digest));
      for (const { rule, message, url, line } of this.#warnings) vertex.warn({ rule, message, url, line });
    }
    return this.#solve(converted);
  }

  #options(): ConvertOptions {
    const { resolve, ignorePatterns } = this.#definition;
    return convertOptions(this.#request, { resolveImage: resolve, ignorePatterns });
  }

  async #solve(converted: Converted): Promise<BuildOutcome> {
    if (converted.vertex) this.#checkEntitlements(converted.vertex);
    const patterns = await this.#definition.ignorePatterns();
    const executor = new BuildExecutor(this.#request, this.#deps, this.#definition.images, (name) => {
      if (name !== 'context') {
        const folder = this.#request.namedContexts[name];
        return typeof folder === 'object' ? folder : EMPTY_LAYER;
      }
      return contextFolder(this.#request, patterns, neededPaths(converted.vertex));
    });
    const stop = (): void => {
      for (const step of executor.running) step.kill();
    };
    this.#deps.signal?.addEventListener('abort', stop);
    try {
      const { cacheFrom, cacheTo } = this.#request;
      const cache = cacheFrom.length > 0 ? await importCaches(cacheFrom, this.#deps, this.#progress) : this.#deps.cache;
      const solver = new Solver(this.#progress, cache, executor);
      const snapshot = converted.vertex ? await solver.solve(converted.vertex) : undefined;
      const exporter = new Exporter(this.#request, this.#deps, this.#progress);
      const provenance = this.#predicate();
      const inline = cacheTo.some((target) => target.type === 'inline')
        ? { inlineCache: await inlineCache(solver.nodes(), snapshot, this.#deps, this.#progress) }
        : {};
      const outcome = await exporter.run({ snapshot, config: converted.image, predicate: provenance, ...inline });
      const archives = [...outcome.archives];
      for (const target of cacheTo) {
        if (target.type === 'inline') continue;
        const data = await exportCache(target, solver.nodes(), snapshot, this.#deps, this.#progress);
        if (data) archives.push({ type: 'local', data });
      }
      return { ...outcome, archives, provenance, warnings: this.#warnings };
    } catch (error) {
      stop();
      throw error;
    } finally {
      this.#deps.signal?.removeEventListener('abort', stop);
    }
  }

  /** Operations that must be allowed by `--allow`. */
  #checkEntitlements(root: Vertex): void {
    const seen = new Set<Vertex>();
    const visit = (vertex: Vertex): void => {
      if (seen.has(vertex)) return;
      seen.add(vertex);
      for (const input of vertex.inputs) if (input) visit(input);
      if (vertex.op.type === 'exec' && vertex.op.security === 'insecure') this.#need('security.insecure');
      if (vertex.op.type === 'exec' && vertex.op.network === 'host') this.#need('network.host');
    };
    visit(root);
  }
  #need(entitlement: string): void {
    const { allow, networkMode } = this.#request;
    if (allow.includes(entitlement) || (entitlement === 'network.host' && networkMode === 'host')) return;
    throw new DockerfileError(`failed to load LLB: ${entitlement} is not allowed`);
  }

  #filename(): string {
    const { name } = this.#request.dockerfile;
    return name === '-' || name === '' ? 'Dockerfile' : name.slice(name.lastIndexOf('/') + 1);
  }

  /** What the attestation tells of the build (mode=min): materials, and when it was. */
  #predicate(): BuildProvenance {
    return {
      buildDefinition: {
        buildType: 'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md',
        externalParameters: { configSource: {}, request: { frontend: 'dockerfile.v0' } },
        internalParameters: { builderPlatform: DEFAULT_PLATFORM },
        resolvedDependencies: [...this.#definition.images.values()].map((image) => ({
          uri: `pkg:docker/${image.name.replace(/^docker\.io\/library\//, '').replace(':', '@')}`,
          digest: { sha256: image.digest.replace('sha256:', '') },
        })),
      },
      runDetails: {
        builder: { id: '' },
        metadata: {
          invocationId: this.#deps.cache.newId(),
          finishedOn: timestamp(this.#deps.kernel.clock.now()),
        },
      },
    };
  }

  #failure(error: unknown): BuildOutcome {
    if (!(error instanceof DockerfileError) && !(error instanceof SolveError)) throw error;
    const given = error instanceof SolveError ? (error.lines ? [error.lines] : []) : error.lines;
    const ranges = given.filter(([start]) => start >= 1).map(([a, b]: Lines): [number, number] => [a, Math.max(a, b)]);
    const frame: BuildErrorFrame | undefined =
      ranges.length > 0 ? { filename: this.#filename(), source: this.#text, ranges } : undefined;
    return {
      archives: [],
      warnings: this.#warnings,
      error: { message: error.message, ...(frame ? { frame } : {}) },
    };
  }
}

/** The paths of the context the graph needs: its local source knows. */
function neededPaths(root: Vertex | undefined): readonly string[] | undefined {
  const seen = new Set<Vertex>();
  let paths: readonly string[] | undefined = [];
  const visit = (vertex: Vertex): void => {
    if (seen.has(vertex)) return;
    seen.add(vertex);
    for (const input of vertex.inputs) if (input) visit(input);
    if (vertex.op.type === 'local' && vertex.op.name === 'context') paths = vertex.op.paths();
  };
  if (root) visit(root);
  return paths;
}

/**
 * Builds. A mistake in the Dockerfile or a failing step is an outcome with `error`; the progress goes to `onTrace` and to
 * the machine's event log.
 */
export async function build(request: BuildRequest, deps: BuildDeps): Promise<BuildOutcome> {
  const { log } = deps.kernel;
  const id = request.ref || deps.cache.newId();
  log.emit('build.start', { build: id, tags: request.tags, dockerfile: request.dockerfile.name });
  const { clock } = deps.kernel;
  const record = deps.records && beginRecord(deps.records, id, request, clock.now());
  const onTrace = (trace: BuildTrace): void => {
    log.emit('build.trace', { build: id, trace });
    record?.traces.push(trace);
    deps.onTrace(trace);
  };
  const platform = onePlatform(request.platform);
  let outcome: BuildOutcome;
  try {
    outcome = { ...(await new Build({ ...request, platform, ref: id }, deps, onTrace).run()), ref: id };
  } catch (error) {
    record?.fail(clock.now(), error instanceof Error ? error.message : String(error));
    throw error;
  }
  record?.end(clock.now(), outcome);
  log.emit('build.end', {
    build: id,
    ...(outcome.id ? { image: outcome.id } : {}),
    ...(outcome.error ? { error: outcome.error.message } : {}),
  });
  return outcome;
}
