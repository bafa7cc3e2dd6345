import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALPINE_ARCHIVE } from './alpine-data.ts';
import { aptSize, candidateOf, formatStanzas, fullName, parseStanzas } from './archive.ts';
import { BOOKWORM_ARCHIVE, RECOMMENDS } from './debian-data.ts';
import { alpineMirror, debianMirror } from './mirror.ts';

const get = async (handler: typeof debianMirror, path: string): Promise<{ status: number; text: string }> => {
  const body = (async function* () {})();
  const answer = await handler({ method: 'GET', path, query: new URLSearchParams(), headers: new Map(), body });
  return { status: answer.status, text: String(answer.body) };
};

describe('stanzas', () => {
  it('come back as they were written', () => {
    const key = fc.stringMatching(/^[A-Z][a-z-]{1,8}$/);
    const value = fc.stringMatching(/^[a-z0-9.+:,()]([a-z0-9 .+:,()]{0,18}[a-z0-9.])?$/);
    fc.assert(
      fc.property(fc.array(fc.dictionary(key, value, { minKeys: 1, maxKeys: 5 }), { maxLength: 5 }), (list) => {
        const stanzas = list.map((fields) => new Map(Object.entries(fields)));
        const text = formatStanzas(stanzas);
        expect(parseStanzas(text)).toEqual(stanzas);
        // Lists are padded with NULs to the size the real ones have.
        expect(parseStanzas(`${text}\0\0\0\n\nFake: x\n`)).toEqual(stanzas);
      }),
    );
  });
  it('keep continuation lines with their field', () => {
    expect(parseStanzas('Package: a\nDescription: one\n two\n .\nVersion: 1\n')).toEqual([
      new Map([
        ['Package', 'a'],
        ['Description', 'one\n two\n .'],
        ['Version', '1'],
      ]),
    ]);
  });
});

describe('sizes', () => {
  it.each([
    [6_924, '6924 B'],
    [55_400, '55.4 kB'],
    [371_000, '371 kB'],
    [8_791_000, '8791 kB'],
    [22_500_000, '22.5 MB'],
    [375_000_000, '375 MB'],
  ])('of %i bytes read %s', (bytes, text) => {
    expect(aptSize(bytes)).toBe(text);
  });
});

describe('archives', () => {
  it('hold everything that something in them needs', async () => {
    const index = await get(debianMirror, '/debian/dists/bookworm/main/binary-amd64/Packages.xz');
    const offered = parseStanzas(index.text).map((stanza) => candidateOf(stanza, 'here'));
    const names = new Set(offered.map((candidate) => candidate.name));
    expect(names.size).toBe(offered.length);
    for (const candidate of offered) {
      expect([candidate.name, candidate.depends.filter((name) => !names.has(name))]).toEqual([candidate.name, []]);
      expect(candidate.installed > 0 && candidate.size > 0 && candidate.version !== '').toBe(true);
      expect((await get(debianMirror, `/debian/${candidate.filename}`)).status).toBe(200);
    }
    for (const [name, list] of Object.entries(RECOMMENDS))
      for (const one of [name, ...list]) expect(names).toContain(one);
    const alpine = ALPINE_ARCHIVE.split('\n').map((row) => row.split(' '));
    const known = new Set(alpine.map(([name]) => name));
    for (const [name, , , depends] of alpine)
      expect([name, depends?.split(',').filter((one) => !known.has(one)) ?? []]).toEqual([name, []]);
  });
  it('are served for a release’s own suite, and nothing for its updates', async () => {
    expect((await get(debianMirror, '/debian/dists/trixie-updates/main/binary-amd64/Packages.xz')).text).toBe('');
    expect((await get(debianMirror, '/debian/nonsense')).status).toBe(404);
    expect((await get(alpineMirror, '/alpine/v3.22/main/x86_64/APKINDEX.tar.gz')).text).toBe(ALPINE_ARCHIVE);
    expect(BOOKWORM_ARCHIVE.split('\n').every((row) => row.split(' ').length >= 4)).toBe(true);
  });
  it('name libraries with their architecture', () => {
    expect([fullName('libjq1', 'amd64'), fullName('jq', 'amd64'), fullName('libaudit-common', 'all')]).toEqual([
      'libjq1:amd64',
      'jq',
      'libaudit-common',
    ]);
  });
});
