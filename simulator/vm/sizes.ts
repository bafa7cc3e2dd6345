/** Sizes as multipass reads and writes them. */

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** Bytes of `2G`, `512MiB`, `1.5g`; undefined when it is no size. */
export function parseSize(text: string): number | undefined {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMG]?)(?:i?B)?$/i.exec(text.trim()) ?? [];
  if (number === '') return undefined;
  const factor = UNITS[unit.toUpperCase()]!;
  return Math.round(Number(number) * factor);
}

/** `1.6GiB`, as `multipass info` writes it. */
export function humanSize(bytes: number): string {
  for (const [unit, factor] of [
    ['GiB', 1024 ** 3],
    ['MiB', 1024 ** 2],
    ['KiB', 1024],
  ] as const) {
    if (bytes >= factor) return `${(bytes / factor).toFixed(1)}${unit}`;
  }
  return `${bytes}B`;
}
