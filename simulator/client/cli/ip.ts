/** IP addresses as Go's net packages read and print them. */

function parse4(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  const bytes = parts.map((part) => (/^(0|[1-9]\d{0,2})$/.test(part) ? Number(part) : 256));
  return bytes.every((byte) => byte < 256) ? bytes : undefined;
}

/** The eight groups of an IPv6 address. */
function parse6(text: string): number[] | undefined {
  let source = text;
  const tail = /(^|:)(\d+\.\d+\.\d+\.\d+)$/.exec(source);
  if (tail !== null) {
    const four = parse4(tail[2] ?? '');
    if (four === undefined) return undefined;
    const [a = 0, b = 0, c = 0, d = 0] = four;
    source =
      source.slice(0, source.length - (tail[2] ?? '').length) +
      `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  }
  const halves = source.split('::');
  if (halves.length > 2) return undefined;
  const read = (half: string): number[] | undefined => {
    if (half === '') return [];
    const groups = half.split(':').map((group) => (/^[0-9a-fA-F]{1,4}$/.test(group) ? parseInt(group, 16) : -1));
    return groups.includes(-1) ? undefined : groups;
  };
  const left = read(halves[0] ?? '');
  const right = halves.length === 2 ? read(halves[1] ?? '') : [];
  if (left === undefined || right === undefined) return undefined;
  if (halves.length === 1) return left.length === 8 ? left : undefined;
  const gap = 8 - left.length - right.length;
  return gap < 1 ? undefined : [...left, ...Array.from({ length: gap }, () => 0), ...right];
}

function print6(groups: readonly number[]): string {
  let best = -1;
  let length = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > length) {
      best = i;
      length = end - i;
    }
  }
  const text = (list: readonly number[]): string => list.map((group) => group.toString(16)).join(':');
  return best < 0 ? text(groups) : `${text(groups.slice(0, best))}::${text(groups.slice(best + length))}`;
}

/** The address in its canonical form, or undefined when it is none. */
export function canonicalIp(text: string): string | undefined {
  const four = parse4(text);
  if (four !== undefined) return four.join('.');
  const six = text.includes(':') ? parse6(text) : undefined;
  return six === undefined ? undefined : print6(six);
}

/** Numbers that order addresses as netip.Addr.Less does: IPv4 before IPv6. */
export function ipOrder(text: string): readonly number[] {
  const four = parse4(text);
  if (four !== undefined) return [4, ...four];
  const six = parse6(text);
  return six === undefined ? [0] : [6, ...six];
}

/** `host:port`, with an IPv6 host in brackets. */
export function joinHostPort(host: string, port: string | number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A MAC address in lower case with colons, or undefined. */
export function canonicalMac(text: string): string | undefined {
  const clean = text.trim().toLowerCase();
  if (/^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/.test(clean)) return clean.replace(/-/g, ':');
  if (/^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$/.test(clean)) {
    return (clean.replace(/\./g, '').match(/../g) ?? []).join(':');
  }
  return undefined;
}
