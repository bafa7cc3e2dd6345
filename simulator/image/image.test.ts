import { crc32, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesData, fillerData, textData } from '../kernel/fs/data.ts';
import type { Layer, LayerDir, LayerEntry } from '../kernel/fs/layer.ts';
import { packLayer } from './content.ts';
import { CRC_START, crcOf, crcOfZeros, ZERO_STEP } from './crc.ts';
import { chainIds, digestOf, type Digest } from './digest.ts';
import { gunzip, gzip } from './gzip.ts';
import { configBytes, goJson, manifestBytes } from './json.ts';
import { asUnpacked, joinBytes, layerFromTar, layerTar } from './layer-tar.ts';
import { readTar, tarHeader } from './tar.ts';
import { ImageStore } from './store.ts';
import { MEDIA, type Descriptor, type ImageConfig } from './types.ts';

const decoder = new TextDecoder();

const meta = fc.record({
  mode: fc.integer({ min: 0, max: 0o7777 }),
  uid: fc.constantFrom(0, 1000, 3_000_000),
  gid: fc.constantFrom(0, 50),
  mtime: fc.integer({ min: 0, max: 2_000_000_000 }),
});
const nameArb = fc
  .oneof(
    fc.stringMatching(/^[a-z]{1,4}$/),
    fc.constantFrom('ü', 'a'.repeat(120), 'with space', '.hidden', 'b'.repeat(99)),
  )
  .filter((name) => !name.startsWith('.wh.'));

const leaf: fc.Arbitrary<LayerEntry> = fc.oneof(
  fc
    .record({ type: fc.constant('file' as const), data: fc.uint8Array({ maxLength: 700 }).map(bytesData) })
    .chain((entry) => meta.map((m) => ({ ...entry, ...m }))),
  fc
    .record({ type: fc.constant('symlink' as const), target: fc.constantFrom('x', '../é', '/long/'.repeat(30)) })
    .chain((entry) => meta.map((m) => ({ ...entry, ...m, mode: 0o777 }))),
  fc
    .record({
      type: fc.constant('device' as const),
      kind: fc.constantFrom('char' as const, 'block' as const, 'fifo' as const),
      rdev: fc.constant([1, 3] as const),
    })
    .chain((entry) => meta.map((m) => ({ ...entry, ...m }))),
  fc.constant({ type: 'whiteout' as const }),
);
const tree: fc.Arbitrary<LayerDir> = fc.letrec<{ dir: LayerDir; entry: LayerEntry }>((tie) => ({
  dir: fc
    .tuple(meta, fc.boolean(), fc.dictionary(nameArb, tie('entry'), { maxKeys: 4 }))
    .map(([m, opaque, entries]) => ({ type: 'dir', opaque, entries: new Map(Object.entries(entries)), ...m })),
  entry: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, tie('dir')),
})).dir;

/** A tree as text, names sorted, so that trees can be compared. */
function show(dir: LayerDir, path = ''): string[] {
  const out: string[] = [];
  for (const name of [...dir.entries.keys()].sort()) {
    const entry = dir.entries.get(name)!;
    const at = `${path}/${name}`;
    const m = 'mode' in entry ? `${entry.mode} ${entry.uid}:${entry.gid} ${entry.mtime}` : '';
    if (entry.type === 'dir') out.push(`${at}/ ${entry.opaque} ${m}`, ...show(entry, at));
    else if (entry.type === 'file') out.push(`${at} ${m} ${digestOf(entry.data.slice(0, entry.data.size))}`);
    else if (entry.type === 'symlink') out.push(`${at} -> ${entry.target} ${m}`);
    else if (entry.type === 'device') out.push(`${at} ${entry.kind} ${entry.rdev.join(',')} ${m}`);
    else out.push(`${at} ${entry.type} ${entry.type === 'hardlink' ? entry.path : ''}`);
  }
  return out;
}

describe('layer archives', () => {
  it('hold the whole tree', () => {
    fc.assert(
      fc.property(tree, (root) => {
        const layer: Layer = { root: { ...root, opaque: false } };
        const bytes = joinBytes(layerTar(layer));
        expect(bytes.length % 512).toBe(0);
        const back = layerFromTar(bytes);
        expect(show(back.root)).toEqual(show(layer.root));
        expect(joinBytes(layerTar(back))).toEqual(bytes);
      }),
      { numRuns: 200 },
    );
  });

  it('keep noise and zeros as they are, in few bytes', () => {
    const stretch = fc.oneof(
      fc.record({ of: fc.constant('noise'), size: fc.integer({ min: 1, max: 90_000 }) }),
      fc.record({ of: fc.constant('zeros'), size: fc.integer({ min: 1, max: 90_000 }) }),
      fc.record({ of: fc.constant('text'), size: fc.integer({ min: 1, max: 4000 }) }),
    );
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 8 }), fc.integer({ min: 1, max: 50_000 }), (list, cut) => {
        const whole = joinBytes(
          list.map(({ of, size }, i) => {
            if (of === 'noise') return fillerData(size, i, undefined, 1).slice(0, size);
            return of === 'zeros' ? new Uint8Array(size) : new TextEncoder().encode('wind and tide '.repeat(size / 14));
          }),
        );
        const pieces: Uint8Array[] = [];
        for (let at = 0; at < whole.length; at += cut) pieces.push(whole.subarray(at, at + cut));
        const packed = gzip(pieces);
        expect(packed).toEqual(gzip([whole]));
        expect(Buffer.from(gunzip(packed)).equals(whole)).toBe(true);
        expect(Buffer.from(gunzipSync(packed)).equals(whole)).toBe(true);
        const noise = list.reduce((n, { of, size }) => n + (of === 'noise' ? size : 0), 0);
        expect(packed.length).toBeLessThan(noise * 1.01 + list.length * 2500 + 100);
      }),
      { numRuns: 60 },
    );
  });

  it('are checked by the sum that gzip knows', () => {
    const bytes = fc.uint8Array({ maxLength: 100 });
    fc.assert(
      fc.property(bytes, fc.integer({ max: 9, min: 0 }), bytes, (before, steps, after) => {
        const whole = joinBytes([before, new Uint8Array(steps * ZERO_STEP), after]);
        expect(~crcOf(after, crcOfZeros(steps, crcOf(before, CRC_START))) >>> 0).toBe(crc32(whole));
      }),
    );
  });

  it('unpack to what is told of the tree without making them', () => {
    const links = fc.constantFrom('/a', '/b/c', '/é');
    const entries = fc.dictionary(
      nameArb,
      fc.oneof(
        tree,
        leaf,
        links.map((path): LayerEntry => ({ type: 'hardlink', path })),
      ),
      { maxKeys: 5 },
    );
    fc.assert(
      fc.property(entries, meta, fc.double({ min: -5, max: 2e9, noNaN: true }), (made, m, mtime) => {
        const map = new Map<string, LayerEntry>(Object.entries(made));
        map.set('late', { type: 'file', data: textData('x'), ...m, mode: m.mode | 0o100000, mtime });
        map.set('again', { type: 'hardlink', path: '/late' });
        const layer: Layer = { root: { type: 'dir', opaque: false, entries: map, ...m } };
        const back = layerFromTar(joinBytes(layerTar(layer)));
        const told = asUnpacked(layer);
        expect(show(told.root)).toEqual(show(back.root));
        const { entries: a, ...rootA } = told.root;
        const { entries: b, ...rootB } = back.root;
        expect(rootA).toEqual(rootB);
        expect([...a.keys()]).toEqual([...b.keys()]);
      }),
      { numRuns: 300 },
    );
  });

  it('carry a hard link’s content under whichever name comes first', () => {
    const m = { mode: 0o755, uid: 0, gid: 0, mtime: 5 };
    const layer: Layer = {
      root: {
        type: 'dir',
        opaque: false,
        entries: new Map<string, LayerEntry>([
          ['z', { type: 'file', data: textData('content'), ...m }],
          ['a', { type: 'hardlink', path: '/z' }],
          ['m', { type: 'hardlink', path: '/z' }],
        ]),
        ...m,
      },
    };
    const entries = [...readTar(joinBytes(layerTar(layer)))];
    expect(entries.map((e) => [e.name, e.type, e.linkname ?? decoder.decode(e.data)])).toEqual([
      ['a', 'file', 'content'],
      ['m', 'hardlink', 'a'],
      ['z', 'hardlink', 'a'],
    ]);
  });

  it('refuse what is no archive, is cut, or breaks out', () => {
    expect(() => layerFromTar(new Uint8Array(512).fill(65))).toThrow('archive/tar: invalid tar header');
    const header = tarHeader({ name: 'f', type: 'file', mode: 0o644, uid: 0, gid: 0, size: 2000, mtime: 0 });
    expect(() => layerFromTar(header)).toThrow('unexpected EOF');
    const evil = tarHeader({ name: '../f', type: 'file', mode: 0o644, uid: 0, gid: 0, size: 0, mtime: 0 });
    expect(() => layerFromTar(evil)).toThrow('breaks out');
  });

  it('compress to bytes that hold no time or name', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 5000 }), { maxLength: 6 }), (pieces) => {
        const packed = gzip(pieces);
        expect([...packed.slice(0, 8)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
        expect(gunzip(packed)).toEqual(joinBytes(pieces));
      }),
    );
  });
});

describe('formats', () => {
  it('name stacks of layers by their chain', () => {
    const [a, b] = [digestOf('a'), digestOf('b')];
    expect(chainIds([a, b])).toEqual([a, digestOf(`${a} ${b}`)]);
    expect(digestOf('')).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('write JSON as Go does', () => {
    expect(goJson({ a: '<&>', b: undefined, c: '\u2028' })).toBe('{"a":"\\u003c\\u0026\\u003e","c":"\\u2028"}');
    const config: ImageConfig = {
      os: 'linux',
      architecture: 'amd64',
      created: '2026-01-01T00:00:00Z',
      config: {
        Cmd: ['sh'],
        Labels: { b: '2', a: '1' },
        ExposedPorts: { '80/tcp': {} },
        User: '',
        Env: [],
        WorkingDir: '/x',
      },
      rootfs: { type: 'layers', diff_ids: [] },
      history: [{ created: '2026-01-01T00:00:00Z', created_by: 'CMD ["sh"]', empty_layer: true }],
    };
    expect(decoder.decode(configBytes(config))).toBe(
      '{"architecture":"amd64","config":{"ExposedPorts":{"80/tcp":{}},"Cmd":["sh"],"WorkingDir":"/x","Labels":{"a":"1","b":"2"}},' +
        '"created":"2026-01-01T00:00:00Z","history":[{"created":"2026-01-01T00:00:00Z","created_by":"CMD [\\"sh\\"]","empty_layer":true}],' +
        '"os":"linux","rootfs":{"type":"layers","diff_ids":[]}}',
    );
    const part: Descriptor = { mediaType: MEDIA.config, digest: digestOf('c'), size: 3 };
    expect(
      decoder.decode(manifestBytes({ schemaVersion: 2, mediaType: MEDIA.manifest, config: part, layers: [] })),
    ).toBe(
      `{\n  "schemaVersion": 2,\n  "mediaType": "${MEDIA.manifest}",\n  "config": {\n    "mediaType": "${MEDIA.config}",\n    "digest": "${part.digest}",\n    "size": 3\n  },\n  "layers": []\n}`,
    );
  });
});

describe('the image store', () => {
  const layerOf = (files: Record<string, string>): Layer => ({
    root: {
      type: 'dir',
      opaque: false,
      entries: new Map(
        Object.entries(files).map(([name, text]): [string, LayerEntry] => [
          name,
          { type: 'file', data: textData(text), mode: 0o644, uid: 0, gid: 0, mtime: 1 },
        ]),
      ),
      mode: 0o755,
      uid: 0,
      gid: 0,
      mtime: 1,
    },
  });
  const build = (store: ImageStore, layers: readonly Layer[], platform = 'amd64'): Descriptor => {
    const stored = layers.map((layer) => store.addLayer(layer));
    const config = store.addConfig({
      architecture: platform,
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: stored.map((one) => one.diffId) },
    });
    return store.addManifest({
      schemaVersion: 2,
      mediaType: MEDIA.manifest,
      config,
      layers: stored.map((one) => one.descriptor),
    });
  };

  it('shares layers, counts them, and forgets what no name leads to', () => {
    const store = new ImageStore(() => 7);
    const base = layerOf({ base: 'x' });
    const one = build(store, [base, layerOf({ one: '1' })]);
    const two = build(store, [base, layerOf({ two: '2' })]);
    store.set('docker.io/library/one:latest', one);
    store.set('docker.io/library/two:latest', two);
    for (const target of [one, two]) store.rootLayers(store.resolve(target)!);
    expect(store.snapshots.list().length).toBe(3);
    expect(store.unpackedSize(one)).toBe(4 * 4096);
    expect(store.content.list().length).toBe(3 + 2 * 2);
    expect(store.collect()).toEqual({ blobs: [], snapshots: [], bytes: 0 });
    store.delete('docker.io/library/two:latest');
    const gone = store.collect();
    expect([gone.blobs.length, gone.snapshots.length]).toEqual([3, 1]);
    expect(store.resolve(two)).toBeUndefined();
    expect(store.rootLayers(store.resolve(one)!).map((layer) => [...layer.root.entries.keys()])).toEqual([
      ['one'],
      ['base'],
    ]);
    store.delete('docker.io/library/one:latest');
    const image = store.resolve(one)!;
    store.collect({ snapshots: [image.chainIds[0]!] });
    expect(store.snapshots.list().map((snapshot) => snapshot.chainId)).toEqual([image.chainIds[0]]);
    expect(store.content.list()).toEqual([]);
  });

  it('finds the platform of an index, and the attestation about it', () => {
    const store = new ImageStore(() => 0);
    const amd = build(store, [layerOf({ a: '1' })]);
    const arm = build(store, [layerOf({ b: '2' })], 'arm64');
    const about = build(store, []);
    const index = store.addIndex({
      schemaVersion: 2,
      mediaType: MEDIA.index,
      manifests: [
        { ...arm, platform: { architecture: 'arm64', os: 'linux', variant: 'v8' } },
        { ...amd, platform: { architecture: 'amd64', os: 'linux' } },
        {
          ...about,
          platform: { architecture: 'unknown', os: 'unknown' },
          annotations: {
            'vnd.docker.reference.digest': amd.digest,
            'vnd.docker.reference.type': 'attestation-manifest',
          },
        },
      ],
    });
    expect(store.resolve(index)?.descriptor.digest).toBe(amd.digest);
    expect(store.resolve(index, { os: 'linux', architecture: 'arm64' })?.descriptor.digest).toBe(arm.digest);
    expect(store.resolve(index, { os: 'linux', architecture: 's390x' })).toBeUndefined();
    expect(store.manifests(index).map((one) => [one.kind, one.available, one.for])).toEqual([
      ['image', true, undefined],
      ['image', true, undefined],
      ['attestation', true, amd.digest],
    ]);
  });

  it('unpacks a layer from its bytes to the tree it was packed from', () => {
    fc.assert(
      fc.property(tree, (root) => {
        const store = new ImageStore(() => 0);
        const layer: Layer = { root: { ...root, opaque: false } };
        const stored = store.addLayer(layer);
        const packed = packLayer(layer);
        expect([stored.diffId, stored.descriptor.digest]).toEqual([packed.diffId, packed.digest]);
        expect(digestOf(gunzip(store.content.read(stored.descriptor.digest)))).toBe(stored.diffId);
        const snapshot = store.unpackLayer(undefined, stored.descriptor, stored.diffId);
        expect(show(snapshot.layer.root)).toEqual(show(layer.root));
      }),
      { numRuns: 60 },
    );
  });

  it('does not take bytes that are not what their digest says', () => {
    const store = new ImageStore(() => 0);
    expect(() => store.content.put(new Uint8Array([1]), digestOf('other'))).toThrow('unexpected commit digest');
    expect(() => store.content.read(digestOf('nothing') as Digest)).toThrow('not found');
  });
});
