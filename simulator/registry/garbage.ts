/** `registry garbage-collect`: deletes blobs that no manifest refers to any more. */
import { parseJson } from '../image/json.ts';
import type { Index, Manifest } from '../image/types.ts';
import type { Sys } from '../kernel/abi.ts';
import { FileStorage, type RegistryFiles } from './storage.ts';

const BLOBS = 'docker/registry/v2/blobs';

/** Marks what manifests refer to and deletes the rest; with `--dry-run` only says so. */
export async function collectGarbage(sys: Sys, files: RegistryFiles, args: readonly string[]): Promise<number> {
  const storage = new FileStorage(files);
  const dry = args.includes('--dry-run') || args.includes('-d');
  const untagged = args.includes('--delete-untagged') || args.includes('-m');
  const live = new Set<string>();
  for (const name of await storage.repositories()) {
    await sys.write(1, `${name}\n`);
    const tagged = new Set<string>();
    for (const tag of await storage.tags(name)) tagged.add((await storage.tag(name, tag)) ?? '');
    for (const digest of await storage.manifests(name)) {
      if (untagged && !tagged.has(digest)) {
        await sys.write(1, `manifest eligible for deletion: ${digest}\n`);
        if (!dry) await storage.deleteManifest(name, digest);
        continue;
      }
      await sys.write(1, `${name}: marking manifest ${digest} \n`);
      live.add(digest);
      const bytes = await storage.manifest(name, digest);
      if (!bytes) continue;
      const manifest = parseJson<Partial<Manifest> & Partial<Index>>(bytes);
      for (const blob of [...(manifest.config ? [manifest.config] : []), ...(manifest.layers ?? [])]) {
        live.add(blob.digest);
        await sys.write(1, `${name}: marking blob ${blob.digest}\n`);
      }
    }
  }
  const all = files
    .list(BLOBS)
    .flatMap((algorithm) =>
      files
        .list(`${BLOBS}/${algorithm}`)
        .flatMap((shard) => files.list(`${BLOBS}/${algorithm}/${shard}`).map((hex) => `${algorithm}:${hex}`)),
    );
  const dead = all.filter((digest) => !live.has(digest));
  await sys.write(1, `\n${live.size} blobs marked, ${dead.length} blobs and 0 manifests eligible for deletion\n`);
  for (const digest of dead) {
    await sys.write(1, `blob eligible for deletion: ${digest}\n`);
    const [algorithm, hex] = digest.split(':') as [string, string];
    if (!dry) files.remove(`${BLOBS}/${algorithm}/${hex.slice(0, 2)}/${hex}`);
  }
  return 0;
}
