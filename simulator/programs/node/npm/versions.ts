/** Versions and the ranges package.json gives them: exact, ^, ~, comparisons, x, and || between. */

type Parts = readonly [number, number, number, string];

const parse = (text: string): Parts | undefined => {
  const m = /^v?(\d+)\.(\d+)\.(\d+)(?:-([\w.-]+))?(?:\+.*)?$/.exec(text.trim());
  return m ? [Number(m[1]), Number(m[2]), Number(m[3]), m[4] ?? ''] : undefined;
};

/** Negative, zero or positive, as versions are ordered. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [parse(a), parse(b)];
  if (!x || !y) return a < b ? -1 : a > b ? 1 : 0;
  for (const i of [0, 1, 2] as const) if (x[i] !== y[i]) return x[i] - y[i];
  if (x[3] === y[3]) return 0;
  return x[3] === '' ? 1 : y[3] === '' ? -1 : x[3] < y[3] ? -1 : 1;
}

/** One comparator as a lower bound (included) and an upper bound (left out). */
function bounds(part: string): readonly [string, string] | undefined {
  const m = /^(\^|~>?|>=|<=|>|<|=)?\s*v?(\d+|x|X|\*)?(?:\.(\d+|x|X|\*))?(?:\.(\d+|x|X|\*))?(-[\w.-]+)?/.exec(part);
  if (!m) return undefined;
  const numbers = [m[2], m[3], m[4]].map((t) => (t === undefined || /[xX*]/.test(t) ? undefined : Number(t)));
  const [major, minor, patch] = numbers;
  const last = '999999.0.0';
  if (major === undefined) return ['0.0.0', last];
  const low = `${major}.${minor ?? 0}.${patch ?? 0}${m[5] ?? ''}`;
  const next = minor === undefined ? `${major + 1}.0.0` : patch === undefined ? `${major}.${minor + 1}.0` : undefined;
  switch (m[1]) {
    case '^':
      if (major > 0 || minor === undefined) return [low, `${major + 1}.0.0`];
      return [low, minor > 0 || patch === undefined ? `0.${minor + 1}.0` : `0.0.${patch + 1}`];
    case '~':
    case '~>':
      return [low, minor === undefined ? `${major + 1}.0.0` : `${major}.${minor + 1}.0`];
    case '>=':
      return [low, last];
    case '>':
      return [next ?? `${major}.${minor}.${(patch ?? 0) + 1}`, last];
    case '<':
      return ['0.0.0', low];
    case '<=':
      return ['0.0.0', next ?? `${major}.${minor}.${(patch ?? 0) + 1}`];
    default:
      return [low, next ?? `${major}.${minor}.${(patch ?? 0) + 1}`];
  }
}

/** Whether a version lies in a range. */
export function satisfies(version: string, range: string): boolean {
  return range.split('||').some((all) => {
    const text = all.trim().replace(/^(\S+)\s+-\s+(\S+)$/, '>=$1 <=$2');
    if (text === '' || text === '*' || text === 'latest') return true;
    if (/^v?\d+\.\d+\.\d+-/.test(text)) return compareVersions(version, text) === 0;
    return text.split(/\s+(?![\d])/).every((part) => {
      const found = bounds(part.trim());
      if (!found) return false;
      return compareVersions(version, found[0]) >= 0 && compareVersions(version, found[1]) < 0;
    });
  });
}

/** The newest of `versions` in a range. */
export const newest = (versions: readonly string[], range: string): string | undefined =>
  versions
    .filter((version) => satisfies(version, range))
    .sort(compareVersions)
    .at(-1);
