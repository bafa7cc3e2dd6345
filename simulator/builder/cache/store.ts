/** The build cache: what `docker builder du` lists and `docker builder prune` frees. */
import type { Layer } from '../../kernel/fs/layer.ts';
import type { Random } from '../../kernel/random.ts';

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
  /** Its content is also part of an image. */
  shared: boolean;
  size: number;
  /** Virtual ms since the epoch. */
  createdAt: number;
  lastUsedAt: number | undefined;
  usageCount: number;
}

/** What a step left behind: the files that changed against the step before. */
export interface StepResult {
  readonly record: CacheRecord;
  readonly layer: Layer;
  readonly diffId: string;
  readonly digest: string;
  readonly size: number;
  /** Time at which the step was really executed: the history entry's. */
  readonly createdAt: number;
}

export class CacheStore {
  readonly records = new Map<string, CacheRecord>();
  readonly random: Random;
  constructor(random: Random) {
    this.random = random;
  }
}
