/**
 * Works out a build graph: looks results up in the cache, by definition first and by content where the files are there,
 * and carries out what is not found, in parallel where inputs allow it.
 */
import type { BuildStepDetail, CacheKeyPart } from '../api/build.ts';
import type { Lines } from '../dockerfile/errors.ts';
import type { Vertex } from '../dockerfile/convert/graph.ts';
import { selectFiles, type Selection } from './contenthash.ts';
import type { SolverCache } from './cache/remote.ts';
import { combine, inputUses, instructionText, keyParts, opDigest, vertexDigest, type InputUse } from './keys.ts';
import type { Progress, VertexProgress } from './progress.ts';
import { stackOn, treeOf, type Snapshot } from './snapshot.ts';

/** A step that failed: the message of the whole build, and where it came from. */
export class SolveError extends Error {
  readonly lines: Lines | undefined;
  constructor(message: string, lines: Lines | undefined) {
    super(message);
    this.lines = lines;
  }
}

/** What a step did, for the cache and the page. */
export interface Executed {
  readonly snapshot: Snapshot | undefined;
  readonly size: number;
  readonly description: string;
  readonly layer?: BuildStepDetail['layer'];
}

/** How operations are carried out; what a source is known by. */
export interface Executor {
  /** What a source is known by (several ids are as good); rejects when it cannot be had. */
  identify(vertex: Vertex, progress: VertexProgress): Promise<string[]>;
  /** Gets a source. */
  load(vertex: Vertex, progress: VertexProgress): Promise<Snapshot | undefined>;
  /** Carries out an operation on the results of its inputs. */
  execute(vertex: Vertex, inputs: readonly (Snapshot | undefined)[], progress: VertexProgress): Promise<Executed>;
  /** Lets whatever is due at this moment happen. */
  pause(): Promise<void>;
  /** How messages name the store of the sources. */
  readonly refName: string;
}

const isSource = (vertex: Vertex): boolean => vertex.inputs.length === 0;
/** Errors whose text a vertex shows without the prefix that the build's message has. */
class Prefixed extends Error {
  readonly prefix: string;
  constructor(prefix: string, message: string) {
    super(message);
    this.prefix = prefix;
  }
}

/** What an empty root is known by. */
export const SCRATCH: readonly string[] = ['scratch'];

const once = <T>(work: () => Promise<T>): (() => Promise<T>) => {
  let promise: Promise<T> | undefined;
  return () => {
    promise ??= work();
    return promise;
  };
};
/** For work that was started early: its error is met again where the result is needed. */
const early = (promise: Promise<unknown>): void => {
  promise.catch(() => undefined);
};

export class Node {
  readonly vertex: Vertex;
  readonly digest: string;
  name: string;
  readonly inputs: readonly (Node | undefined)[];
  readonly progress: VertexProgress;
  readonly #solver: Solver;
  readonly #uses: readonly InputUse[];
  readonly #opDigest: string;
  /** What the result is known by. */
  ids: string[] = [];
  /**
   * Those of them under which later steps may look for their results: not what comes from a step that was forced to run
   * again, whose result is another one than the cache's.
   */
  #visible: readonly string[] = [];
  /** Whether one of them was met before: only then can a step after this one be in the cache. */
  #familiar = false;
  /** After `fast`: nothing more can become known of it by content. */
  #settled = false;
  /** After `fast`: no key can lead to a result any more. */
  #hopeless = false;
  #keys: string[] = [];
  #hit: Snapshot | undefined;
  #isHit = false;
  selection: Selection | undefined;

  constructor(solver: Solver, vertex: Vertex, digest: string, inputs: readonly (Node | undefined)[], name: string) {
    this.#solver = solver;
    this.vertex = vertex;
    this.digest = digest;
    this.inputs = inputs;
    this.name = name;
    this.#uses = inputUses(vertex);
    this.#opDigest = opDigest(vertex.op, vertex.platform);
    const parents = inputs.flatMap((n) => (n ? [n.digest] : []));
    this.progress = solver.progress.vertex(name, digest, parents);
  }

  get isCached(): boolean {
    return this.#isHit;
  }

  /** Keys by definition: needs nothing but what the inputs are known by so far. */
  readonly fast = once(async () => {
    await this.#guard(async () => {
      if (isSource(this.vertex)) {
        this.ids = await this.#identify();
        this.#visible = this.ids;
        this.#familiar = this.ids.some((id) => this.#solver.cache.hasMet(id));
        this.#settled = this.vertex.op.type !== 'local';
        this.#hopeless = this.#settled && !this.#familiar;
        return;
      }
      await Promise.all(this.inputs.map((n) => n?.fast()));
      this.#look(this.inputs.map((n) => (n ? n.#visible : SCRATCH)));
      const plain = this.#plainInputs();
      this.#settled = this.#uses.every((u) => !u.content) && plain.every((n) => n.#settled);
      this.#hopeless = !this.#familiar && (this.#settled || plain.some((n) => n.#hopeless));
    });
  });

  /** The inputs that are known by their definition alone. */
  #plainInputs(): Node[] {
    return this.inputs.filter((n, i): n is Node => n !== undefined && !this.#uses[i]!.content);
  }

  async #identify(): Promise<string[]> {
    if (this.vertex.op.type === 'local') return [];
    try {
      return await this.#solver.executor.identify(this.vertex, this.progress);
    } catch (error) {
      throw error instanceof Error ? new Prefixed('failed to load cache key: ', error.message) : error;
    }
  }

  /** Looks for results under all keys that what is known of the inputs allows. */
  #look(known: readonly (readonly string[])[]): void {
    const names = this.#solver.cache.query(combine(this.#opDigest, this.#uses, known));
    this.ids = names;
    if (this.vertex.ignoreCache) return;
    this.#visible = names;
    this.#familiar = names.length > 0;
    const found = this.#solver.cache.find(names);
    if (found) {
      this.#isHit = true;
      this.#hit = found;
    }
  }

  /** Keys by content as well: gets the inputs whose files are compared. */
  readonly keys = once(async () => {
    await this.fast();
    if (this.#isHit || isSource(this.vertex)) return;
    await this.#guard(async () => {
      const content = await Promise.all(this.inputs.map((n, i) => this.#knownBy(n, i)));
      this.#look(this.inputs.map((n, i) => (n ? [...n.#visible, ...content[i]!] : SCRATCH)));
      // the result is kept under all that its inputs are known by
      this.#keys = combine(
        this.#opDigest,
        this.#uses,
        this.inputs.map((n, i) => (n ? [...n.ids, ...content[i]!] : SCRATCH)),
      );
      const { cache } = this.#solver;
      if (this.ids.length === 0) this.ids = cache.query(this.#keys);
      if (this.ids.length === 0) this.ids = [cache.nameFor(this.#keys)];
      else cache.link(this.#keys, this.ids);
    });
  });

  /** Waits until an input's keys are known; what it is known by through its content. */
  async #knownBy(input: Node | undefined, i: number): Promise<readonly string[]> {
    const selectors = this.#uses[i]!.content;
    if (!input) return [];
    if (!selectors) {
      await input.keys();
      return [];
    }
    const result = await input.result();
    let selection: Selection;
    try {
      selection = selectFiles(treeOf(result), selectors);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const ref = `${this.#solver.executor.refName}::${this.#solver.cache.newId()}`;
      throw new Prefixed(
        'failed to compute cache key: ',
        `failed to calculate checksum of ref ${ref}: ${error.message}`,
      );
    }
    this.selection = selection;
    return [`content:${selection.digest}`];
  }

  /** The result, from the cache or carried out. */
  readonly result = once(async (): Promise<Snapshot | undefined> => {
    if (isSource(this.vertex)) {
      await this.fast();
      return this.#guard(async () => {
        this.progress.start();
        const result = await this.#solver.executor.load(this.vertex, this.progress);
        this.progress.complete();
        return result;
      });
    }
    early(this.#speculate());
    await this.keys();
    if (this.#isHit) {
      this.markCached();
      return this.#hit;
    }
    const inputs = await Promise.all(this.inputs.map((n) => n?.result()));
    return this.#guard(() => this.#run(inputs));
  });

  /** Starts on the inputs at once when no key can lead to a result. */
  async #speculate(): Promise<void> {
    await this.fast();
    if (this.#isHit) return;
    if (!this.vertex.ignoreCache && !this.#hopeless) {
      const plain = this.#plainInputs();
      await Promise.all(plain.map((n) => n.keys()));
      if (plain.every((n) => n.#familiar)) return;
    }
    for (const n of this.inputs) if (n) early(n.result());
  }

  async #run(inputs: readonly (Snapshot | undefined)[]): Promise<Snapshot | undefined> {
    const { op } = this.vertex;
    const { cache } = this.#solver;
    this.#solver.check();
    if (op.type === 'merge') {
      cache.link(this.#keys, this.ids);
      const [lower, ...uppers] = inputs;
      return uppers.reduce(stackOn, lower);
    }
    this.progress.detail = this.#detail();
    this.progress.start();
    const done = await this.#solver.executor.execute(this.vertex, inputs, this.progress);
    this.#solver.check();
    for (const n of this.inputs) cache.meet(n?.ids ?? []);
    const { origin } = this.vertex;
    const { instruction } = origin;
    const before = this.inputs[0]?.ids ?? [];
    const text = instructionText(origin);
    if (instruction !== '') cache.remember({ instruction, text, size: done.size, before, parts: this.#parts() });
    if (done.snapshot) cache.save(this.#keys, this.ids, done.snapshot, done.description, done.size);
    this.progress.detail = this.#detail(done.layer);
    this.progress.complete();
    return done.snapshot;
  }

  #detail(layer?: BuildStepDetail['layer']): BuildStepDetail | undefined {
    const { origin } = this.vertex;
    if (!origin.lines || origin.instruction === '') return undefined;
    return {
      stage: origin.stage,
      stageName: origin.stageName,
      step: origin.step,
      steps: origin.steps,
      startLine: origin.lines[0],
      endLine: origin.lines[1],
      instruction: origin.instruction,
      cacheKey: this.#keys[0] ?? this.digest,
      parts: this.#parts(),
      ...(layer ? { layer } : {}),
    };
  }

  #parts(): CacheKeyPart[] {
    const before = this.inputs[0];
    const parts = keyParts(this.vertex, this.selection?.files);
    return before ? [{ name: 'step before', value: (before.ids[0] ?? before.digest).slice(7, 19) }, ...parts] : parts;
  }

  /** Reports the step, and all that led to it, as found in the cache. */
  markCached(): void {
    if (this.progress.isCompleted || this.progress.isStarted) return;
    for (const n of this.inputs) n?.markCached();
    if (this.vertex.op.type === 'merge' || this.vertex.op.type === 'local') return;
    this.progress.detail = this.#detail();
    this.progress.cached();
    if (this.#hit) this.#solver.cache.used(this.#hit, this.#solver.progress.now());
  }

  /** Gives an error the step's place; the solver decides which of several becomes the build's. */
  async #guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof SolveError || error instanceof Stopped || !(error instanceof Error)) throw error;
      throw await this.#solver.failed(this, error);
    }
  }

  /** Shows the error on the vertex, and makes it the build's. */
  report(error: Error): SolveError {
    const prefix = error instanceof Prefixed ? error.prefix : '';
    this.progress.detail = this.#detail();
    this.progress.fail(error.message);
    return new SolveError(prefix + error.message, this.vertex.origin.lines);
  }
}

/** Thrown in what is still running when the build has already failed. */
export class Stopped extends Error {}

export class Solver {
  readonly progress: Progress;
  readonly cache: SolverCache;
  readonly executor: Executor;
  readonly #nodes = new Map<string, Node>();
  readonly #byVertex = new Map<Vertex, Node>();
  #stopped = false;
  readonly #failures: { readonly node: Node; readonly error: Error }[] = [];
  #failure: SolveError | undefined;

  constructor(progress: Progress, cache: SolverCache, executor: Executor) {
    this.progress = progress;
    this.cache = cache;
    this.executor = executor;
  }

  /** Throws when the build was given up. */
  check(): void {
    if (this.#stopped) throw new Stopped('context canceled');
  }

  /**
   * Takes note of a step's error. Of several that come up at the same moment the earliest step's is the build's; the
   * others are given up without a word.
   */
  async failed(node: Node, error: Error): Promise<Error> {
    if (this.#stopped) return new Stopped('context canceled');
    this.#failures.push({ node, error });
    await this.executor.pause();
    if (!this.#failure) {
      const order = this.nodes();
      const [first] = this.#failures.sort((a, b) => order.indexOf(a.node) - order.indexOf(b.node));
      this.#failure = first!.node.report(first!.error);
    }
    return this.#failure;
  }

  /** The nodes of a graph; equal vertices are one, known by the name of the last of them. */
  graph(vertex: Vertex, names = collectNames(vertex)): Node {
    const known = this.#byVertex.get(vertex);
    if (known) return known;
    const key = nodeKey(vertex);
    let node = this.#nodes.get(key);
    if (!node) {
      const inputs = vertex.inputs.map((v) => (v ? this.graph(v, names) : undefined));
      node = new Node(this, vertex, key, inputs, names.get(key) ?? vertex.origin.name);
      this.#nodes.set(key, node);
    }
    this.#byVertex.set(vertex, node);
    return node;
  }

  nodes(): Node[] {
    return [...this.#nodes.values()];
  }

  /** The result of a vertex. Rejects with SolveError; then everything that is still running is given up. */
  async solve(vertex: Vertex): Promise<Snapshot | undefined> {
    try {
      return await this.graph(vertex).result();
    } catch (error) {
      this.#stopped = true;
      this.progress.cancel();
      throw this.#failure ?? error;
    }
  }
}

/** What makes two vertices one node. */
export const nodeKey = (vertex: Vertex): string => vertexDigest(vertex) + (vertex.ignoreCache ? '-ignorecache' : '');

/** Names by node, the last in the order in which BuildKit writes a graph down: inputs first. */
function collectNames(root: Vertex): Map<string, string> {
  const names = new Map<string, string>();
  const seen = new Set<Vertex>();
  const visit = (vertex: Vertex): void => {
    if (seen.has(vertex)) return;
    seen.add(vertex);
    for (const input of vertex.inputs) if (input) visit(input);
    names.set(nodeKey(vertex), vertex.origin.name);
  };
  visit(root);
  return names;
}
