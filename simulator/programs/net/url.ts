/** Addresses of the web as command-line clients read them. */

export interface Url {
  readonly scheme: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
  /** Whether the port was written and is not the scheme's own. */
  readonly explicitPort: boolean;
  /** Path with query, at least `/`. */
  readonly target: string;
}

const PORTS: Readonly<Record<string, number>> = { http: 80, https: 443, ftp: 21, telnet: 23 };

/** Reads an URL; without a scheme it is http. Undefined when it is malformed. */
export function parseUrl(text: string): Url | undefined {
  const parts = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?([^/?#]*)([^#]*)/.exec(text);
  if (!parts || /[\s\x00-\x1f]/.test(text)) return undefined;
  const scheme = (parts[1] ?? 'http').toLowerCase();
  const authority = /^(?:([^@]*)@)?(\[[0-9A-Fa-f:.]+\]|[^:@[\]]*)(?::(\d*))?$/.exec(parts[2]!);
  if (!authority?.[2]) return undefined;
  const [, login, host, port] = authority;
  const colon = login?.indexOf(':') ?? -1;
  const number = port ? Number(port) : (PORTS[scheme] ?? 0);
  if (number > 65535) return undefined;
  const rest = parts[3]!;
  return {
    scheme,
    user: login === undefined ? undefined : decode(colon < 0 ? login : login.slice(0, colon)),
    password: login === undefined || colon < 0 ? undefined : decode(login.slice(colon + 1)),
    host: host!.replace(/^\[(.*)\]$/, '$1'),
    port: number,
    explicitPort: number !== PORTS[scheme],
    target: rest.startsWith('/') ? rest : `/${rest}`,
  };
}

function decode(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** The value of the Host header. */
export const hostHeader = (url: Url): string => {
  const host = url.host.includes(':') ? `[${url.host}]` : url.host;
  return url.explicitPort ? `${host}:${url.port}` : host;
};

/** Resolves a Location header against the URL it came from. */
export function resolveUrl(base: Url, location: string): Url | undefined {
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(location)) return parseUrl(location);
  if (location.startsWith('//')) return parseUrl(`${base.scheme}:${location}`);
  const path = base.target.replace(/\?.*/, '');
  const joined = location.startsWith('/')
    ? location
    : location.startsWith('?')
      ? path + location
      : path.replace(/[^/]*$/, '') + location;
  const [plain, query] = [joined.replace(/[?#].*/, ''), /\?[^#]*/.exec(joined)?.[0] ?? ''];
  const segments: string[] = [];
  for (const segment of plain.split('/').slice(1)) {
    if (segment === '..') segments.pop();
    else if (segment !== '.') segments.push(segment);
  }
  if (/\/\.\.?$/.test(plain)) segments.push('');
  return { ...base, target: `/${segments.join('/')}${query}` };
}

/** The whole URL as text. */
export const formatUrl = (url: Url): string => `${url.scheme}://${hostHeader(url)}${url.target}`;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 of text's UTF-8 bytes (for Basic authentication). */
export function base64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const value = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const digits = [value >> 18, (value >> 12) & 63, (value >> 6) & 63, value & 63].map((n) => ALPHABET[n]!);
    out +=
      i + 1 >= bytes.length
        ? `${digits[0]}${digits[1]}==`
        : i + 2 >= bytes.length
          ? `${digits.slice(0, 3).join('')}=`
          : digits.join('');
  }
  return out;
}
