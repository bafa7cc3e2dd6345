#!/usr/bin/env node
// Computes the digests of the catalogue's layers by really producing them, and writes
// simulator/registry/catalogue/digests.generated.json. Layers whose tree has not changed are left as they are.
//
//   node bin/catalogue.mjs [--all] [--only TEXT]
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('../simulator/registry/catalogue/digests.generated.json', import.meta.url));
if (!existsSync(file)) writeFileSync(file, '{}\n');
const { CATALOGUE } = await import('../simulator/registry/catalogue/index.ts');
const { layersOf } = await import('../simulator/registry/catalogue/assemble.ts');
const { fingerprint } = await import('../simulator/registry/catalogue/fingerprint.ts');
const { packLayer } = await import('../simulator/image/content.ts');

const args = process.argv.slice(2);
const all = args.includes('--all');
const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : '';
const old = JSON.parse(readFileSync(file, 'utf8'));
const layers = new Map();
for (const load of Object.values(CATALOGUE)) for (const [id, layer] of layersOf(await load())) layers.set(id, layer);

/** Puts one record into the file as it is now, so that several runs can go on at once. */
const record = (id, value) => {
  const now = JSON.parse(readFileSync(file, 'utf8'));
  if (id !== undefined) now[id] = value;
  const lines = Object.keys(now)
    .filter((name) => layers.has(name))
    .sort()
    .map((name) => `  ${JSON.stringify(name)}: ${JSON.stringify(now[name])}`);
  writeFileSync(file, `{\n${lines.join(',\n')}\n}\n`);
};
for (const id of [...layers.keys()].sort()) {
  const layer = layers.get(id).build();
  const mark = fingerprint(layer);
  if (!all && old[id]?.[3] === mark) continue;
  if (only && !id.includes(only)) continue;
  const start = Date.now();
  const packed = packLayer(layer);
  record(id, [packed.diffId.slice(7), packed.digest.slice(7), packed.bytes.length, mark]);
  console.log(
    `${id}: ${(packed.tarSize / 1e6).toFixed(1)} MB, ${(packed.bytes.length / 1e6).toFixed(1)} MB compressed, ${Date.now() - start} ms`,
  );
}
record();
