// A plain static file server for the built site.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { createGzip } from 'node:zlib';
import { root } from './install.mjs';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

/** Serves `dist` under DRYDOCK_BASE; takes the next free port when `port` is taken. Resolves to `{ url, close }`. */
export function serve({ port = 0, dist = join(root, 'dist') } = {}) {
  const base = `/${(process.env.DRYDOCK_BASE ?? '/').replace(/^\/|\/$/g, '')}/`.replace('//', '/');
  const server = createServer((request, response) => {
    let path;
    try {
      path = decodeURIComponent(new URL(request.url, 'http://x').pathname);
    } catch {
      return response.writeHead(400).end();
    }
    const send = (file, status) => {
      const type = TYPES[extname(file)] ?? 'application/octet-stream';
      const zip = /gzip/.test(request.headers['accept-encoding'] ?? '') && /text|javascript|json|svg|wasm/.test(type);
      response.writeHead(status, {
        'content-type': type,
        'cache-control': file.includes('/_astro/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        ...(zip && { 'content-encoding': 'gzip', vary: 'accept-encoding' }),
      });
      const stream = createReadStream(file);
      if (zip) stream.pipe(createGzip()).pipe(response);
      else stream.pipe(response);
    };
    if (path === base.slice(0, -1)) return response.writeHead(302, { location: base }).end();
    let file = join(dist, normalize(path.startsWith(base) ? path.slice(base.length) : '/none'));
    if (existsSync(file) && statSync(file).isDirectory()) file = join(file, 'index.html');
    if (!file.startsWith(dist) || !existsSync(file)) return send(join(dist, '404.html'), 404);
    send(file, 200);
  });
  return new Promise((resolve, reject) => {
    server.on('error', (error) => {
      if (error.code === 'EADDRINUSE' && port && port < 65535) server.listen(++port);
      else reject(error);
    });
    server.on('listening', () =>
      resolve({
        url: `http://localhost:${server.address().port}${base}`,
        close: () => new Promise((done) => server.close(done).closeAllConnections()),
      }),
    );
    server.listen(port);
  });
}
