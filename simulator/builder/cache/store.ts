/** The build cache: results of steps by the keys they are found under, and the records that show how big they are. */
import type { CacheKeyPart } from '../../api/build.ts';
import type { UpperDir } from '../../kernel/kernel.ts';
import type { Layer } from '../../kernel/fs/layer.ts';
import type { Random } from '../../kernel/random.ts';
import { digestOf } from '../../image/digest.ts';
import type { HistoryEntry, ImageConfiguration, StoredImage } from '../request.ts';
import type { Snapshot } from '../snapshot.ts';

export type CacheRecordType =
  'regular' | 'internal' | 'frontend' | 'source.local' | 'source.git.checkout' | 'exec.cachemount';

/** One record of the cache, as GET /system/df and `docker buildx du --verbose` show it. */
export interface CacheRecord {
  /** 25 characters of base 36. */
  readonly id: string;
  parents: string[];
  readonly type: CacheRecordType;
  description: string;
  /** In use by a running build. */
  inUse: boolean;
  /** Its content is also part of an image (see `updateShared`). */
  shared: boolean;
  /** chainID of the stack up to it, once it was exported or where it comes from an image. */
  chainId?: string;
  size: number;
  /** Virtual ms since the epoch. */
  createdAt: number;
  lastUsedAt: number | undefined;
  usageCount: number;
}

/** A directory that `RUN --mount=type=cache` keeps between builds. */
export interface CacheMount {
  upper: UpperDir;
  readonly record: CacheRecord;
  /** Resolves when the step that holds it (`sharing=locked`) is done. */
  busy: Promise<void> | undefined;
}

interface Entry {
  readonly snapshot: Snapshot;
  readonly record: CacheRecord;
}

/** A step that was carried out, for telling why the next one is not found: what its key was made of. */
export interface RememberedStep {
  readonly instruction: string;
  /** The whole instruction. */
  readonly text: string;
  /** Of the layer it left. */
  readonly size: number;
  /** What the step before was known by. */
  readonly before: readonly string[];
  readonly parts: readonly CacheKeyPart[];
}
export interface ClassicStep {
  readonly image: StoredImage;
  readonly snapshot: Snapshot | undefined;
  readonly history: readonly HistoryEntry[];
}

/** How many steps are remembered. */
const MEMORY = 400;

export interface PruneOptions {
  /** Also what is shared with images. */
  readonly all: boolean;
  /** Only what was not used since then (virtual ms). */
  readonly unusedBefore?: number;
  /** Bytes that may stay. */
  readonly keep?: number;
  /** Further conditions of `--filter`. */
  readonly matches?: (record: CacheRecord) => boolean;
}

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

export class CacheStore {
  readonly #random: Random;
  /** Cache key → the names of the results that are found under it. */
  readonly #links = new Map<string, Set<string>>();
  readonly #results = new Map<string, Entry>();
  /** By id. A record that is deleted frees what it stands for. */
  readonly records = new Map<string, CacheRecord>();
  readonly #snapshots = new WeakMap<Snapshot, CacheRecord>();
  readonly #met = new Set<string>();
  /** Source → id of its record. */
  readonly #locals = new Map<string, string>();
  readonly mounts = new Map<string, CacheMount>();
  /** The context sent last under a name, so that only what changed is sent again. */
  readonly contexts = new Map<string, Layer>();
  /** The classic builder's: image each step made, by its parent and instruction. */
  readonly classic = new Map<string, ClassicStep>();
  /** What the names of base images last stood for, by name and platform: no build keeps those names in the image store. */
  readonly bases = new Map<string, { readonly digest: string; readonly config: ImageConfiguration }>();
  readonly #remembered: RememberedStep[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** An id of 25 characters, as BuildKit makes them. */
  newId(): string {
    let id = '';
    for (let i = 0; i < 25; i++) id += ALPHABET[this.#random.int(36)]!;
    return id;
  }

  /** Names of the results that keys lead to. */
  query(keys: readonly string[]): string[] {
    const found = new Set<string>();
    for (const key of keys) for (const name of this.#links.get(key) ?? []) found.add(name);
    return [...found];
  }

  /** All keys that lead to one of the names. */
  keysOf(names: readonly string[]): string[] {
    return [...this.#links].filter(([, found]) => names.some((name) => found.has(name))).map(([key]) => key);
  }

  /** A name for a result that no key leads to yet. */
  nameFor(keys: readonly string[]): string {
    return digestOf(`result ${keys[0] ?? ''}`);
  }

  /** What was kept under one of the names. */
  find(names: readonly string[]): Snapshot | undefined {
    for (const name of names) {
      const entry = this.#results.get(name);
      if (entry && this.records.has(entry.record.id)) return entry.snapshot;
    }
    return undefined;
  }

  /** Makes the results findable under further keys. */
  link(keys: readonly string[], names: readonly string[]): void {
    for (const key of keys) {
      const set = this.#links.get(key) ?? new Set<string>();
      for (const name of names) set.add(name);
      this.#links.set(key, set);
    }
  }

  /** Keeps the result of a step under all its names; what was there before is replaced. */
  save(
    keys: readonly string[],
    names: readonly string[],
    snapshot: Snapshot,
    description: string,
    size: number,
  ): CacheRecord {
    this.link(keys, names);
    const parent = snapshot.parent && this.#snapshots.get(snapshot.parent);
    const record = this.addRecord('regular', description, size, snapshot.createdAt, parent ? [parent.id] : []);
    for (const name of names) {
      const old = this.#results.get(name);
      if (old) this.#drop(old.record);
      this.#results.set(name, { snapshot, record });
    }
    this.#snapshots.set(snapshot, record);
    return record;
  }

  /** Keeps what the key of a step was made of. */
  remember(step: RememberedStep): void {
    this.#remembered.push(step);
    if (this.#remembered.length > MEMORY) this.#remembered.shift();
  }
  /** Remembered steps of an instruction, the last first. */
  remembered(instruction: string): RememberedStep[] {
    return this.#remembered.filter((s) => s.instruction === instruction).reverse();
  }

  /** Notes what the inputs of a kept result are known by. */
  meet(ids: readonly string[]): void {
    for (const id of ids) this.#met.add(id);
  }
  /** Whether some result was ever made from an input known by `id`. */
  hasMet(id: string): boolean {
    return this.#met.has(id);
  }

  addRecord(
    type: CacheRecordType,
    description: string,
    size: number,
    createdAt: number,
    parents: string[] = [],
  ): CacheRecord {
    const record: CacheRecord = {
      id: this.newId(),
      parents,
      type,
      description,
      inUse: false,
      shared: false,
      size,
      createdAt,
      lastUsedAt: createdAt,
      usageCount: 1,
    };
    this.records.set(record.id, record);
    return record;
  }

  /** The record that stands for a layer of a base image; made when it is first used. */
  recordFor(snapshot: Snapshot, description: string, size: number, now: number): CacheRecord {
    const known = this.#snapshots.get(snapshot);
    if (known && this.records.has(known.id)) {
      this.#use(known, now);
      return known;
    }
    const parent = snapshot.parent && this.#snapshots.get(snapshot.parent);
    const record = this.addRecord('regular', description, size, now, parent ? [parent.id] : []);
    record.shared = true;
    this.#snapshots.set(snapshot, record);
    return record;
  }

  /** Marks the records whose content images have too; `chains` are the chainIDs of all images. */
  updateShared(chains: ReadonlySet<string>): void {
    for (const record of this.records.values()) {
      record.shared = record.chainId !== undefined && chains.has(record.chainId);
    }
  }

  /** A source sent by the client (context, Dockerfile, .dockerignore): one record for each. */
  recordLocal(source: 'context' | 'dockerfile' | 'dockerignore' | (string & {}), size: number, now: number): void {
    const known = this.records.get(this.#locals.get(source) ?? '');
    if (known) {
      known.size = size;
      this.#use(known, now);
      return;
    }
    const name = source === 'dockerignore' ? 'context' : source;
    const record = this.addRecord('source.local', `local source for ${name}`, size, now);
    this.#locals.set(source, record.id);
  }

  /** Uses the frontend a `# syntax=` line names, where it is here. */
  useFrontend(ref: string, now: number): boolean {
    const known = this.records.get(this.#locals.get(`frontend ${ref}`) ?? '');
    if (known) this.#use(known, now);
    return known !== undefined;
  }
  addFrontend(ref: string, size: number, now: number): void {
    const record = this.addRecord('frontend', `pulled from ${ref}`, size, now);
    this.#locals.set(`frontend ${ref}`, record.id);
  }

  #use(record: CacheRecord, now: number): void {
    record.lastUsedAt = now;
    record.usageCount++;
  }

  /** Notes that a result was used. */
  used(snapshot: Snapshot, now: number): void {
    const record = this.#snapshots.get(snapshot);
    if (record) this.#use(record, now);
  }

  recordOf(snapshot: Snapshot): CacheRecord | undefined {
    return this.#snapshots.get(snapshot);
  }

  /** The directory of a cache mount, while its record is there. */
  mount(id: string): CacheMount | undefined {
    const mount = this.mounts.get(id);
    return mount && this.records.has(mount.record.id) ? mount : undefined;
  }

  /** All records, in the order they were made. */
  list(): CacheRecord[] {
    for (const mount of this.mounts.values()) mount.record.size = mount.upper.size();
    return [...this.records.values()];
  }

  #drop(record: CacheRecord): void {
    this.records.delete(record.id);
  }

  /** Frees records; returns those that went. */
  prune(options: PruneOptions): CacheRecord[] {
    const removable = this.list().filter((record) => {
      if (record.inUse) return false;
      if (!options.all && (record.shared || record.type === 'internal' || record.type === 'frontend')) return false;
      if (options.unusedBefore !== undefined && (record.lastUsedAt ?? record.createdAt) > options.unusedBefore) {
        return false;
      }
      return options.matches?.(record) ?? true;
    });
    let total = this.list().reduce((n, r) => n + r.size, 0);
    const removed: CacheRecord[] = [];
    for (const record of removable.sort((a, b) => (a.lastUsedAt ?? 0) - (b.lastUsedAt ?? 0))) {
      if (options.keep !== undefined && total <= options.keep) break;
      total -= record.size;
      removed.push(record);
      this.#drop(record);
    }
    const gone = new Set(removed);
    for (const [name, entry] of this.#results) if (gone.has(entry.record)) this.#results.delete(name);
    for (const [id, mount] of this.mounts) if (gone.has(mount.record)) this.mounts.delete(id);
    if (removed.some((r) => r.type === 'source.local')) this.contexts.clear();
    return removed;
  }
}
