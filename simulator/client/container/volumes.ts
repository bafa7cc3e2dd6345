/** `--volume [SOURCE:]TARGET[:OPTIONS]`. */

/**
 * The bind as the daemon takes it, or undefined for a volume without source. A relative source (`./x`) is made absolute.
 * A single letter before the colon is read as a Windows drive, as Docker does everywhere.
 */
export function bindSpec(spec: string, absolute: (path: string) => string): string | undefined {
  if (spec === '') throw new Error('invalid empty volume spec');
  if (spec.length <= 2) return undefined;
  const sections: string[] = [];
  let buffer = '';
  const runes = [...spec];
  for (const [i, char] of [...runes, ''].entries()) {
    const end = i === runes.length;
    if (!end && (char !== ':' || /^\p{L}$/u.test(buffer))) {
      buffer += char;
      continue;
    }
    if (buffer === '') throw new Error(`invalid spec: ${spec}: empty section between colons`);
    if (sections.length === 2 && !end) throw new Error(`invalid spec: ${spec}: too many colons`);
    sections.push(buffer);
    buffer = '';
  }
  if (sections.length === 1) return undefined;
  const source = sections[0] ?? '';
  if (!source.startsWith('.')) return spec;
  const colon = spec.indexOf(':');
  return `${absolute(spec.slice(0, colon))}${spec.slice(colon)}`;
}
