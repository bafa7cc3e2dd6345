import { describe, expect, it } from 'vitest';
import { packLayer } from '../../image/content.ts';
import { digestOf } from '../../image/digest.ts';
import { parseJson } from '../../image/json.ts';
import { isTag } from '../../image/reference.ts';
import type { ImageConfig, Manifest } from '../../image/types.ts';
import { findLinkTarget, lowerLookup, lowerRoot, type LowerDir } from '../../kernel/fs/lower.ts';
import type { Layer } from '../../kernel/fs/layer.ts';
import { programName } from '../../kernel/programs.ts';
import { assemble, layersOf } from './assemble.ts';
import recorded from './digests.generated.json' with { type: 'json' };
import { fingerprint } from './fingerprint.ts';
import type { CatalogueVersion } from './image.ts';
import { CATALOGUE } from './index.ts';

const images = await Promise.all(Object.entries(CATALOGUE).map(async ([name, load]) => [name, await load()] as const));
const digests = recorded as unknown as Record<string, [string, string, number, string]>;

/** Follows a path through a stack of layers (topmost first), symlinks included. */
function resolve(layers: readonly Layer[], path: string, depth = 0): ReturnType<typeof findLinkTarget> {
  let dirs: readonly LowerDir[] = lowerRoot(layers);
  const parts = path.split('/').filter((part) => part !== '');
  for (const [i, part] of parts.entries()) {
    const hit = lowerLookup(dirs, part);
    if (!hit) return undefined;
    let { entry } = hit;
    if (entry.type === 'hardlink') entry = findLinkTarget(hit.layer, entry.path)!;
    if (entry.type === 'symlink' && depth < 8) {
      const base = entry.target.startsWith('/') ? '' : parts.slice(0, i).join('/');
      const target = `${base}/${entry.target}/${parts.slice(i + 1).join('/')}`;
      const flat: string[] = [];
      for (const piece of target.split('/')) {
        if (piece === '..') flat.pop();
        else if (piece !== '' && piece !== '.') flat.push(piece);
      }
      return resolve(layers, flat.join('/'), depth + 1);
    }
    if (i === parts.length - 1) return entry;
    dirs = hit.dirs;
  }
  return undefined;
}

const rootOf = (version: CatalogueVersion): Layer[] =>
  version.steps.flatMap((step) => (step.layer ? [step.layer.build()] : [])).reverse();

describe.each(images)('%s', (name, image) => {
  it('has digests of its present layers', () => {
    expect(image.repository).toBe(name);
    for (const [id, layer] of layersOf(image)) expect([id, digests[id]?.[3]]).toEqual([id, fingerprint(layer.build())]);
  });

  it('has each tag once, and manifests that name their config and layers', () => {
    const tags = image.versions.flatMap((version) => version.tags);
    expect(tags.length).toBe(new Set(tags).size);
    expect(tags.filter((tag) => !isTag(tag))).toEqual([]);
    for (const version of image.versions) {
      const { manifest, config, layers } = assemble(version);
      const parsed = parseJson<Manifest>(manifest.bytes);
      expect(digestOf(manifest.bytes)).toBe(manifest.digest);
      expect(parsed.config).toMatchObject({ digest: digestOf(config.bytes), size: config.bytes.length });
      expect(parsed.layers.map((layer) => layer.digest)).toEqual(layers.map((layer) => layer.digest));
      const { rootfs, history } = parseJson<ImageConfig>(config.bytes);
      expect(rootfs.diff_ids).toEqual(layers.map((layer) => layer.diffId));
      expect(history?.filter((entry) => !entry.empty_layer).length).toBe(layers.length);
    }
  });

  it('can run what its config says', () => {
    for (const version of image.versions) {
      const { Entrypoint = [], Cmd = [], Env = [], WorkingDir = '/' } = version.config;
      const root = rootOf(version);
      const path = Env.find((entry) => entry.startsWith('PATH='))?.slice('PATH='.length) ?? '';
      const [first] = Entrypoint.length > 0 ? Entrypoint : Cmd;
      const candidates = first!.includes('/') ? [first!] : path.split(':').map((dir) => `${dir}/${first}`);
      const found = candidates.map((candidate) => resolve(root, candidate)).find((entry) => entry !== undefined);
      if (found?.type !== 'file') throw new Error(`${name}:${version.tags[0]}: ${first} is no file along ${path}`);
      expect(found.mode & 0o111).toBe(0o111);
      const head = found.data.slice(0, 200);
      const script = /^#!\s*(\S+)/.exec(new TextDecoder().decode(head));
      if (script) expect([first, resolve(root, script[1]!)?.type]).toEqual([first, 'file']);
      else expect(programName(head)).toBeDefined();
      if (version.config.User) expect(version.config.User).toMatch(/^[a-z_]+$/);
      expect(WorkingDir.startsWith('/')).toBe(true);
    }
  });
});

describe('recorded digests', () => {
  const known = new Map(images.flatMap(([, image]) => [...layersOf(image)]));
  it('name only layers there are', () => {
    expect(Object.keys(digests).filter((id) => !known.has(id))).toEqual([]);
  });
  it.each(['busybox-1.37', 'hello-world', 'alpine-3.22.2', 'redis-entrypoint', 'nginx-entrypoint', 'node-yarn'])(
    'of %s are those of the bytes',
    (id) => {
      const packed = packLayer(known.get(id)!.build());
      expect([packed.diffId.slice(7), packed.digest.slice(7), packed.bytes.length]).toEqual(digests[id]!.slice(0, 3));
    },
  );
});
