/** Emits the progress of a build: vertices, their statuses and logs. */
import type { BuildStepDetail, BuildTrace, BuildVertex, BuildWarning } from '../api/build.ts';
import { digestOf } from '../image/digest.ts';

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

export { base64 };

/** Of whatever could not be finished because another step failed. */
export const CANCELED = 'context canceled';

/** One vertex as the client hears of it. */
export class VertexProgress {
  readonly digest: string;
  readonly #emit: (trace: BuildTrace) => void;
  readonly #now: () => number;
  #vertex: BuildVertex;
  readonly #open = new Map<string, { current: number; total: number; started: number }>();

  constructor(
    emit: (trace: BuildTrace) => void,
    now: () => number,
    vertex: { digest: string; name: string; inputs?: string[]; detail?: BuildStepDetail },
  ) {
    this.#emit = emit;
    this.#now = now;
    this.digest = vertex.digest;
    this.#vertex = { inputs: [], ...vertex };
  }

  #send(change: Partial<BuildVertex>): void {
    this.#vertex = { ...this.#vertex, ...change };
    this.#emit({ vertexes: [this.#vertex] });
  }

  get isStarted(): boolean {
    return this.#vertex.started !== undefined;
  }
  get isCompleted(): boolean {
    return this.#vertex.completed !== undefined;
  }

  set detail(detail: BuildStepDetail | undefined) {
    this.#vertex = { ...this.#vertex, ...(detail ? { detail } : {}) };
  }
  get detail(): BuildStepDetail | undefined {
    return this.#vertex.detail;
  }

  start(): void {
    if (!this.isStarted) this.#send({ started: this.#now() });
  }
  complete(): void {
    if (this.isCompleted) return;
    const now = this.#now();
    this.#send({ started: this.#vertex.started ?? now, completed: now });
  }
  cached(): void {
    if (this.isCompleted) return;
    const now = this.#now();
    this.#send({ started: this.#vertex.started ?? now, completed: now, cached: true });
  }
  fail(error: string): void {
    if (this.isCompleted) return;
    const now = this.#now();
    this.#send({ started: this.#vertex.started ?? now, completed: now, error });
  }
  /** Starts again: a vertex that was found cached is used after all. */
  restart(): void {
    const { completed: _completed, cached: _cached, ...rest } = this.#vertex;
    this.#vertex = rest;
    this.#send({ started: this.#now() });
  }

  /** Something within the step; `done` ends it. */
  status(id: string, current = 0, total = 0, done = false, name?: string): void {
    const now = this.#now();
    const started = this.#open.get(id)?.started ?? now;
    this.#open.set(id, { current, total, started });
    this.#emit({
      statuses: [
        {
          id,
          vertex: this.digest,
          ...(name === undefined ? {} : { name }),
          current,
          total,
          timestamp: now,
          started,
          ...(done ? { completed: now } : {}),
        },
      ],
    });
  }

  log(stream: 1 | 2, data: Uint8Array): void {
    if (data.length === 0) return;
    this.#emit({ logs: [{ vertex: this.digest, stream, data: base64(data), timestamp: this.#now() }] });
  }

  warn(warning: Omit<BuildWarning, 'vertex'>): void {
    this.#emit({ warnings: [{ vertex: this.digest, ...warning }] });
  }
}

/** Makes the vertices of one build. */
export class Progress {
  readonly #emit: (trace: BuildTrace) => void;
  readonly now: () => number;
  readonly #unique: () => string;
  readonly open = new Set<VertexProgress>();

  constructor(emit: (trace: BuildTrace) => void, now: () => number, unique: () => string) {
    this.#emit = emit;
    this.now = now;
    this.#unique = unique;
  }

  vertex(name: string, digest?: string, inputs?: string[], detail?: BuildStepDetail): VertexProgress {
    const vertex = new VertexProgress(this.#emit, this.now, {
      digest: digest ?? digestOf(`${name} ${this.#unique()}`),
      name,
      ...(inputs ? { inputs } : {}),
      ...(detail ? { detail } : {}),
    });
    this.open.add(vertex);
    return vertex;
  }

  /** Runs `work` as a vertex of its own; its error is the vertex's. */
  async during<T>(name: string, work: (vertex: VertexProgress) => Promise<T>): Promise<T> {
    const vertex = this.vertex(name);
    vertex.start();
    try {
      const result = await work(vertex);
      vertex.complete();
      return result;
    } catch (error) {
      vertex.fail(error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  /** Ends what is still under way when the build has failed. */
  cancel(): void {
    for (const vertex of this.open) if (vertex.isStarted && !vertex.isCompleted) vertex.fail(CANCELED);
  }
}
