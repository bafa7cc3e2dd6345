/** A quick digest of a layer's tree that does not produce big files: tells whether recorded digests are still those of the layer. */
import type { Layer, LayerDir } from '../../kernel/fs/layer.ts';
import { Digester } from '../../image/digest.ts';

/** Content up to this size is taken whole; of bigger files the size and the first block. */
const WHOLE = 65_536;
const encoder = new TextEncoder();

/** 16 hexadecimal digits. */
export function fingerprint(layer: Layer): string {
  const hash = new Digester();
  const visit = (dir: LayerDir, path: string): void => {
    hash.update(encoder.encode(`${path} ${dir.mode} ${dir.uid} ${dir.gid} ${dir.mtime} ${dir.opaque}\n`));
    for (const [name, entry] of dir.entries) {
      const child = `${path}/${name}`;
      if (entry.type === 'dir') {
        visit(entry, child);
        continue;
      }
      if (entry.type !== 'file') {
        hash.update(encoder.encode(`${child} ${JSON.stringify(entry)}\n`));
        continue;
      }
      const { data, mode, uid, gid, mtime } = entry;
      hash.update(encoder.encode(`${child} ${mode} ${uid} ${gid} ${mtime} ${data.size}\n`));
      hash.update(data.slice(0, data.size <= WHOLE ? data.size : 4096));
    }
  };
  visit(layer.root, '');
  return hash.digest().slice('sha256:'.length, 'sha256:'.length + 16);
}
