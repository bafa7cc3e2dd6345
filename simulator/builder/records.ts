/** What is kept of past builds (`docker buildx history`). */
import type { BuildRecordView } from '../api/build-history.ts';
import type { BuildTrace } from '../api/build.ts';
import { digestOf } from '../image/digest.ts';
import { MEDIA } from '../image/types.ts';
import type { BuildOutcome, BuildRequest } from './request.ts';

/** BuildKit's default of how many are kept. */
const KEPT = 50;
/** The predicate of the attestation that goes with each build. */
const PROVENANCE = 'https://slsa.dev/provenance/v1';

/** What buildx tells the frontend of a request. */
function frontendAttributes(request: BuildRequest): Record<string, string> {
  const { dockerfile, target, platform, noCache, noCacheFilter, networkMode, extraHosts, shmSize } = request;
  const pairs = (prefix: string, map: Readonly<Record<string, string>>): [string, string][] =>
    Object.entries(map).map(([key, value]) => [`${prefix}:${key}`, value]);
  return {
    filename: dockerfile.name === '-' ? 'Dockerfile' : dockerfile.name.slice(dockerfile.name.lastIndexOf('/') + 1),
    ...(target === '' ? {} : { target }),
    ...(platform === '' ? {} : { platform }),
    ...(noCache ? { 'no-cache': '' } : noCacheFilter.length > 0 ? { 'no-cache': noCacheFilter.join(',') } : {}),
    'image-resolve-mode': request.pull ? 'pull' : 'local',
    ...(networkMode === 'default' ? {} : { 'force-network-mode': networkMode }),
    ...(extraHosts.length === 0 ? {} : { 'add-hosts': extraHosts.map((h) => h.replace(':', '=')).join(',') }),
    ...(shmSize === 0 ? {} : { 'shm-size': String(shmSize) }),
    ...Object.fromEntries([...pairs('build-arg', request.buildArgs), ...pairs('label', request.labels)]),
  };
}

/** One build, while it runs and after. */
export class BuildRecord {
  readonly ref: string;
  readonly traces: BuildTrace[] = [];
  readonly #createdAt: number;
  readonly #attrs: Record<string, string>;
  #completedAt: number | undefined;
  #outcome: BuildOutcome | undefined;
  #failure: string | undefined;

  constructor(ref: string, request: BuildRequest, now: number) {
    this.ref = ref;
    this.#createdAt = now;
    this.#attrs = frontendAttributes(request);
  }

  end(now: number, outcome: BuildOutcome): void {
    this.#completedAt = now;
    // the files it gave back are the client's
    this.#outcome = { ...outcome, archives: [] };
  }
  /** Ends with an error that is none of the Dockerfile's. */
  fail(now: number, message: string): void {
    this.#completedAt = now;
    this.#failure = message;
  }

  view(): BuildRecordView {
    const vertexes = new Map(this.traces.flatMap((t) => t.vertexes ?? []).map((v) => [v.digest, v]));
    const all = [...vertexes.values()];
    const outcome = this.#outcome;
    const error = outcome?.error ?? (this.#failure === undefined ? undefined : { message: this.#failure });
    const { provenance } = outcome ?? {};
    const attachments: BuildRecordView['attachments'] = [];
    if (outcome?.id !== undefined && outcome.id !== outcome.manifestDigest) {
      attachments.push({ digest: outcome.id, platform: '', type: MEDIA.index });
    }
    if (provenance) {
      attachments.push({ digest: digestOf(JSON.stringify(provenance)), platform: '', type: PROVENANCE });
    }
    if (outcome?.manifestDigest !== undefined) {
      attachments.push({ digest: outcome.manifestDigest, platform: 'linux/amd64', type: MEDIA.manifest });
    }
    return {
      ref: this.ref,
      createdAt: this.#createdAt,
      ...(this.#completedAt === undefined ? {} : { completedAt: this.#completedAt }),
      ...(error
        ? { error: { message: error.message, ...('frame' in error && error.frame ? { frame: error.frame } : {}) } }
        : {}),
      attrs: this.#attrs,
      totalSteps: all.length,
      completedSteps: all.filter((v) => v.completed !== undefined).length,
      cachedSteps: all.filter((v) => v.cached).length,
      materials: (provenance?.buildDefinition.resolvedDependencies ?? []).map(({ uri, digest }) => ({
        uri,
        digests: [`sha256:${digest.sha256}`],
      })),
      attachments,
    };
  }
}

/** By ref, oldest first. */
export type BuildRecords = Map<string, BuildRecord>;

/** Takes note of a build that begins. */
export function beginRecord(records: BuildRecords, ref: string, request: BuildRequest, now: number): BuildRecord {
  const record = new BuildRecord(ref, request, now);
  records.set(ref, record);
  for (const old of [...records.keys()].slice(0, -KEPT)) records.delete(old);
  return record;
}
