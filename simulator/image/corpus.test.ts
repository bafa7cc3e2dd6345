import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { familiarString, formatReference, parseReference, repositoryOf, withDefaultTag } from './reference.ts';

const file = fileURLToPath(new URL('../../../shared/corpora/reference.jsonl', import.meta.url));

interface Row {
  readonly in: string;
  readonly error?: string;
  readonly any?: string;
  readonly domain?: string;
  readonly path?: string;
  readonly tag?: string;
  readonly familiar?: string;
  readonly string?: string;
  readonly withTag?: string;
}

// The recording program had no sha256 linked in; a real engine takes such digests (see the goldens of images-digests).
const withoutSha256 = (row: Row): boolean => row.error === 'unsupported digest algorithm' && /@sha256:/.test(row.in);

describe.skipIf(!existsSync(file))('recorded image names', () => {
  const rows = existsSync(file)
    ? readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Row)
    : [];
  for (const row of rows.filter((candidate) => !withoutSha256(candidate))) {
    it(JSON.stringify(row.in).slice(0, 80), () => {
      if (row.error !== undefined) {
        expect(() => parseReference(row.in)).toThrow(new Error(row.error));
        return;
      }
      const ref = parseReference(row.in);
      expect({
        domain: ref.domain,
        path: ref.path,
        tag: ref.tag,
        familiar: familiarString(ref),
        string: formatReference(ref),
        withTag: formatReference(withDefaultTag(ref)),
      }).toEqual({
        domain: row.domain,
        path: row.path,
        tag: row.tag,
        familiar: row.familiar,
        string: row.string,
        withTag: row.withTag,
      });
      expect(repositoryOf(ref)).toBe(`${row.domain}/${row.path}`);
    });
  }
});
