/** What curl sends: its request's method, headers and body. */
import { hostHeader, type Url } from '../url.ts';
import { basicAuth, givenHeaders, type FormPart, type Settings } from './settings.ts';

const encoder = new TextEncoder();

const joinBytes = (parts: readonly Uint8Array[]): Uint8Array => {
  const out = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
};

export interface Prepared {
  readonly method: string;
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array | undefined;
}

function multipart(parts: readonly FormPart[], boundary: string): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (const part of parts) {
    const file = part.file === undefined ? '' : `; filename="${part.file}"`;
    const type = part.type ?? (part.file === undefined ? undefined : fileType(part.file));
    const typeLine = type === undefined ? '' : `Content-Type: ${type}\r\n`;
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${part.name}"${file}\r\n${typeLine}\r\n`;
    pieces.push(encoder.encode(head), part.value, encoder.encode('\r\n'));
  }
  pieces.push(encoder.encode(`--${boundary}--\r\n`));
  return joinBytes(pieces);
}

function fileType(name: string): string {
  const types: Readonly<Record<string, string>> = {
    gif: 'image/gif',
    jpg: 'image/jpeg',
    jpeg: 'image/jpeg',
    png: 'image/png',
    svg: 'image/svg+xml',
    txt: 'text/plain',
    htm: 'text/html',
    html: 'text/html',
    pdf: 'application/pdf',
    xml: 'application/xml',
  };
  return types[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream';
}

/** The request for one URL. `redirected` is the status that led here: 301 to 303 turn a POST into a GET. */
export function prepare(
  settings: Settings,
  url: Url,
  upload: Uint8Array | undefined,
  random: (below: number) => number,
  redirected?: number,
): Prepared {
  const data: Uint8Array[] = [];
  settings.data.forEach((part, i) => {
    if (i > 0 && !settings.json) data.push(encoder.encode('&'));
    data.push(part);
  });
  let body = settings.data.length > 0 ? joinBytes(data) : undefined;
  let { target } = url;
  let type = settings.json ? 'application/json' : 'application/x-www-form-urlencoded';
  if (settings.get && body) {
    target += `${target.includes('?') ? '&' : '?'}${new TextDecoder().decode(body)}`;
    body = undefined;
  }
  if (settings.form.length > 0) {
    const boundary = `------------------------${Array.from({ length: 16 }, () => random(16).toString(16)).join('')}`;
    body = multipart(settings.form, boundary);
    type = `multipart/form-data; boundary=${boundary}`;
  }
  if (upload) {
    body = upload;
    type = '';
  }
  let method = settings.head ? 'HEAD' : upload ? 'PUT' : body ? 'POST' : 'GET';
  if (redirected !== undefined && (redirected === 303 || (method === 'POST' && redirected < 303))) {
    if (method !== 'HEAD') method = 'GET';
    body = undefined;
  }
  if (settings.method !== undefined) ({ method } = settings as { method: string });

  const headers: Record<string, string> = { Host: hostHeader(url) };
  const login = settings.user ?? (url.user === undefined ? undefined : `${url.user}:${url.password ?? ''}`);
  if (login !== undefined) headers['Authorization'] = basicAuth(login);
  if (settings.range !== undefined) headers['Range'] = `bytes=${settings.range}`;
  if (settings.userAgent) headers['User-Agent'] = settings.userAgent;
  headers['Accept'] = settings.json ? 'application/json' : '*/*';
  if (settings.compressed) headers['Accept-Encoding'] = 'deflate, gzip';
  if (settings.referer !== undefined) headers['Referer'] = settings.referer;
  if (settings.cookie?.includes('=')) headers['Cookie'] = settings.cookie;
  const json = settings.json && body;
  if (json) headers['Content-Type'] = 'application/json';
  for (const { name, value } of givenHeaders(settings)) {
    const existing = Object.keys(headers).find((key) => key.toLowerCase() === name.toLowerCase());
    if (existing !== undefined) delete headers[existing];
    if (value !== undefined) headers[name] = value;
  }
  const has = (name: string): boolean =>
    Object.keys(headers).some((key) => key.toLowerCase() === name) ||
    givenHeaders(settings).some((given) => given.name.toLowerCase() === name);
  if (body) {
    if (!has('content-length')) headers['Content-Length'] = String(body.length);
    if (type && !has('content-type')) headers['Content-Type'] = type;
  }
  return { method, target, headers, body };
}
