/** nginx serving files: index, ranges, conditions. */
import type { HttpResponse } from '../../../http/http.ts';
import type { Stat } from '../../../kernel/abi.ts';
import { isErrno, type Errno } from '../../../kernel/errno.ts';
import type { Exchange } from './exchange.ts';
import { httpDate } from './pages.ts';

const SMALL = 1 << 20;
const BLOCK = 65536;

/** A file to answer with, or why not. */
export type Found =
  | { readonly kind: 'file'; readonly path: string; readonly stat: Stat }
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'error'; readonly path: string; readonly error: Errno };

export function look(exchange: Exchange, path: string): Found {
  try {
    const stat = exchange.sys.stat(path);
    if (stat.type === 'dir') return { kind: 'directory', path };
    if (!exchange.sys.access(path, { read: true })) exchange.sys.close(exchange.sys.open(path, { read: true }));
    return { kind: 'file', path, stat };
  } catch (error) {
    if (isErrno(error)) return { kind: 'error', path, error };
    throw error;
  }
}

export const typeOf = (exchange: Exchange, path: string): string => {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const extension = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';
  return exchange.model.types.get(extension) ?? exchange.scope.value('default_type') ?? 'text/plain';
};

async function* readBlocks(exchange: Exchange, path: string, from: number, length: number): AsyncGenerator<Uint8Array> {
  const { sys } = exchange;
  const fd = sys.open(path, { read: true });
  try {
    if (from > 0) sys.seek(fd, from, 'set');
    for (let left = length; left > 0;) {
      const bytes = await sys.read(fd, Math.min(BLOCK, left));
      if (bytes.length === 0) return;
      left -= bytes.length;
      yield bytes;
    }
  } finally {
    sys.close(fd);
  }
}

/** The answer with a file, or part of it, or 304. */
export function fileResponse(exchange: Exchange, file: Extract<Found, { kind: 'file' }>): HttpResponse {
  const { stat, path } = file;
  const { headers, method } = exchange.request;
  const modified = Math.floor(stat.mtime / 1000);
  const etag = `"${modified.toString(16)}-${stat.size.toString(16)}"`;
  const lastModified = httpDate(modified * 1000);
  const charset = exchange.scope.value('charset');
  const type = typeOf(exchange, path);
  const common = {
    'Content-Type':
      charset !== undefined && charset !== 'off' && type.startsWith('text/') ? `${type}; charset=${charset}` : type,
  };
  const none = headers.get('if-none-match');
  const since = headers.get('if-modified-since');
  if (none !== undefined ? none === '*' || none.includes(etag) : since === lastModified) {
    return { status: 304, headers: { 'Last-Modified': lastModified, ETag: etag } };
  }
  const range = /^bytes=(\d*)-(\d*)$/.exec(headers.get('range') ?? '');
  let from = 0;
  let length = stat.size;
  let status = 200;
  const extra: Record<string, string> = {};
  if (range && (range[1] !== '' || range[2] !== '') && method === 'GET') {
    from = range[1] === '' ? Math.max(0, stat.size - Number(range[2])) : Number(range[1]);
    const to = range[1] === '' || range[2] === '' ? stat.size - 1 : Math.min(Number(range[2]), stat.size - 1);
    if (from > to) return { status: 416, headers: { 'Content-Range': `bytes */${stat.size}` } };
    length = to - from + 1;
    status = 206;
    extra['Content-Range'] = `bytes ${from}-${to}/${stat.size}`;
  }
  const body =
    length <= SMALL && from === 0 && length === stat.size
      ? exchange.sys.readFile(path)
      : readBlocks(exchange, path, from, length);
  return {
    status,
    headers: {
      ...common,
      'Content-Length': String(length),
      'Last-Modified': lastModified,
      Connection: 'keep-alive',
      ETag: etag,
      ...(status === 206 ? extra : { 'Accept-Ranges': 'bytes' }),
    },
    body,
  };
}
