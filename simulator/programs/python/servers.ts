/** HTTP servers of Python programs: `python -m http.server`, and what `HTTPServer.serve_forever` hands over. */
import { isErrno } from '../../kernel/errno.ts';
import type { Sys } from '../../kernel/abi.ts';
import { sysChannel } from '../../http/channel.ts';
import { readText } from '../../http/http.ts';
import type { HttpHandler } from '../../http/http.ts';
import { serve } from '../../http/server.ts';
import type { PythonRuntime } from './runtime.ts';

async function acceptAll(sys: Sys, listener: number, handler: (client: string) => HttpHandler): Promise<number> {
  sys.signal('SIGPIPE', 'ignore');
  for (;;) {
    const fd = await sys.accept(listener);
    const peer = sys.peername(fd);
    void serve(sysChannel(sys, fd), handler(peer.family === 'inet' ? peer.host : '127.0.0.1'), {
      now: () => sys.now(),
      onError: () => undefined,
    });
  }
}

function listen(sys: Sys, host: string, port: number): number | string {
  try {
    return sys.listen({ family: 'inet', host: host === 'localhost' ? '127.0.0.1' : host || '0.0.0.0', port });
  } catch (error) {
    if (!isErrno(error)) throw error;
    return `OSError: [Errno ${error.number}] ${error.message}\n`;
  }
}

/** Serves requests through the handler class that the program gave to HTTPServer. */
export async function serveHandler(
  sys: Sys,
  python: PythonRuntime,
  at: { host: string; port: number },
  flush: () => Promise<void>,
): Promise<number> {
  const fd = listen(sys, at.host, at.port);
  if (typeof fd === 'string') {
    await sys.write(2, fd);
    return 1;
  }
  return acceptAll(sys, fd, (client) => async (request) => {
    const body = await readText(request.body);
    const query = request.query.toString();
    const answer = python.call(
      '_request',
      JSON.stringify([
        request.method,
        request.path + (query ? `?${query}` : ''),
        Object.fromEntries(request.headers),
        body,
        client,
      ]),
    );
    await flush();
    if (typeof answer !== 'string') {
      await sys.write(2, answer.traceback);
      return { status: 500 };
    }
    const [status, headers, text] = JSON.parse(answer) as [number, [string, string][], string];
    return { status, headers: Object.fromEntries(headers), body: text };
  });
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  css: 'text/css',
  js: 'text/javascript',
  json: 'application/json',
  txt: 'text/plain',
  png: 'image/png',
  svg: 'image/svg+xml',
};
const escape = (text: string): string =>
  text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]!);

/** `python -m http.server [port]`: serves the working directory. */
export async function serveFiles(sys: Sys, args: readonly string[]): Promise<number> {
  const port = Number(args.find((a) => /^\d+$/.test(a)) ?? 8000);
  const bind = args[args.findIndex((a) => a === '-b' || a === '--bind') + 1];
  const host = args.some((a) => a === '-b' || a === '--bind') && bind !== undefined ? bind : '0.0.0.0';
  const dirAt = args.findIndex((a) => a === '-d' || a === '--directory');
  const root = dirAt < 0 ? sys.cwd() : (args[dirAt + 1] ?? sys.cwd());
  const fd = listen(sys, host, port);
  if (typeof fd === 'string') {
    await sys.write(2, fd);
    return 1;
  }
  await sys.write(1, `Serving HTTP on ${host} port ${port} (http://${host}:${port}/) ...\n`);
  return acceptAll(sys, fd, (client) => async (request) => {
    const path = decodeURIComponent(request.path);
    const answer = respond(sys, root, path);
    const stamp = new Date(sys.now()).toUTCString().replace(/^\w+, (\d+) (\w+) (\d+) ([\d:]+).*/, '$1/$2/$3 $4');
    await sys.write(2, `${client} - - [${stamp}] "${request.method} ${request.path} HTTP/1.1" ${answer.status} -\n`);
    return answer;
  });
}

function respond(
  sys: Sys,
  root: string,
  path: string,
): { status: number; headers: Record<string, string>; body: string | Uint8Array } {
  const names = path.split('/').filter((n) => n !== '' && n !== '.' && n !== '..');
  let file = [root.replace(/\/$/, ''), ...names].join('/') || '/';
  try {
    if (sys.stat(file).type === 'dir') {
      if (sys.readdir(file).some((e) => e.name === 'index.html')) file += '/index.html';
      else {
        const list = sys
          .readdir(file)
          .map((e) => (e.type === 'dir' ? `${e.name}/` : e.name))
          .sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
        const title = `Directory listing for ${escape(path)}`;
        const items = list.map((n) => `<li><a href="${encodeURI(n)}">${escape(n)}</a></li>`).join('\n');
        return {
          status: 200,
          headers: { Server: 'SimpleHTTP/0.6', 'Content-Type': 'text/html; charset=utf-8' },
          body: `<!DOCTYPE HTML>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>${title}</title>\n</head>\n<body>\n<h1>${title}</h1>\n<hr>\n<ul>\n${items}\n</ul>\n<hr>\n</body>\n</html>\n`,
        };
      }
    }
    const type = TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
    return { status: 200, headers: { Server: 'SimpleHTTP/0.6', 'Content-Type': type }, body: sys.readFile(file) };
  } catch (error) {
    if (!isErrno(error)) throw error;
    return {
      status: 404,
      headers: { Server: 'SimpleHTTP/0.6', 'Content-Type': 'text/html;charset=utf-8' },
      body: 'File not found\n',
    };
  }
}
