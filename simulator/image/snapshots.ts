/** Unpacked layers by chainID, shared between all images that have the same layers below (the snapshotter). */
import { layerUsage } from '../kernel/fs/freeze.ts';
import type { Layer } from '../kernel/fs/layer.ts';
import { digestOf, type Digest } from './digest.ts';

export interface Snapshot {
  readonly chainId: Digest;
  readonly parent: Digest | undefined;
  readonly diffId: Digest;
  readonly layer: Layer;
  /** Disk usage in blocks of 4 KiB, directories included. */
  readonly usage: number;
}

export class SnapshotStore {
  readonly #snapshots = new Map<Digest, Snapshot>();

  get(chainId: Digest): Snapshot | undefined {
    return this.#snapshots.get(chainId);
  }
  /** Puts `layer` on top of `parent`; the same chain gives the snapshot that is there. */
  commit(parent: Digest | undefined, diffId: Digest, layer: Layer): Snapshot {
    const chainId = parent === undefined ? diffId : digestOf(`${parent} ${diffId}`);
    const old = this.#snapshots.get(chainId);
    if (old) return old;
    const snapshot: Snapshot = { chainId, parent, diffId, layer, usage: layerUsage(layer) };
    this.#snapshots.set(chainId, snapshot);
    return snapshot;
  }
  /** The chain down from `chainId`, topmost first. Empty for undefined; throws when one is missing. */
  chain(chainId: Digest | undefined): Snapshot[] {
    const out: Snapshot[] = [];
    for (let at = chainId; at !== undefined;) {
      const snapshot = this.#snapshots.get(at);
      if (!snapshot) throw new Error(`snapshot ${at} does not exist: not found`);
      out.push(snapshot);
      at = snapshot.parent;
    }
    return out;
  }
  /** The layers to mount for `chainId`, topmost first. */
  layers(chainId: Digest | undefined): Layer[] {
    return this.chain(chainId).map((snapshot) => snapshot.layer);
  }
  remove(chainId: Digest): void {
    this.#snapshots.delete(chainId);
  }
  list(): Snapshot[] {
    return [...this.#snapshots.values()];
  }
}
