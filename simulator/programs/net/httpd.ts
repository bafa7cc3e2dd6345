/** busybox httpd: serves the files of one directory. */
import { sysChannel } from '../../http/channel.ts';
import type { HttpRequest, HttpResponse } from '../../http/http.ts';
import { serve } from '../../http/server.ts';
import type { Sys } from '../../kernel/abi.ts';
import { isErrno } from '../../kernel/errno.ts';
import type { Tool } from '../io.ts';
import { parseOptions, type OptionRules } from '../options.ts';

const RULES: OptionRules = {
  short: 'ifvp:h:u:c:r:',
  usage: '[-ifv[v]] [-c CONFFILE] [-p [IP:]PORT] [-u USER[:GRP]] [-r REALM] [-h HOME]',
};

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  htm: 'text/html',
  txt: 'text/plain',
  css: 'text/css',
  js: 'application/javascript',
  json: 'application/json',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  png: 'image/png',
  svg: 'image/svg+xml',
};

const page = (status: number, title: string, text: string): HttpResponse => ({
  status,
  headers: { 'Content-type': 'text/html', Connection: 'close' },
  body: `<HTML><HEAD><TITLE>${status} ${title}</TITLE></HEAD>\n<BODY><H1>${status} ${title}</H1>\n${text}\n</BODY></HTML>\n`,
});

function answer(sys: Sys, root: string, request: HttpRequest): HttpResponse {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return page(501, 'Not Implemented', 'The requested method is not recognized');
  let path: string;
  try {
    path = decodeURIComponent(request.path);
  } catch {
    return page(400, 'Bad Request', 'Unsupported method');
  }
  if (path.split('/').includes('..')) return page(404, 'Not Found', 'The requested URL was not found');
  let file = `${root}${path}`;
  try {
    if (sys.stat(file).type === 'dir') {
      if (!path.endsWith('/'))
        return { status: 302, headers: { Location: `${request.path}/`, Connection: 'close' }, body: '' };
      file += 'index.html';
    }
    const extension = file.slice(file.lastIndexOf('.') + 1);
    const modified = new Date(sys.stat(file).mtime).toUTCString();
    const headers = {
      'Content-type': TYPES[extension] ?? 'application/octet-stream',
      Connection: 'close',
      'Accept-Ranges': 'bytes',
      'Last-Modified': modified,
    };
    return { status: 200, headers, body: sys.readFile(file) };
  } catch (error) {
    if (isErrno(error, 'EACCES')) return page(403, 'Forbidden', '');
    if (isErrno(error)) return page(404, 'Not Found', 'The requested URL was not found');
    throw error;
  }
}

export const httpd: Tool = async (io) => {
  const options = await parseOptions(io, RULES);
  const place = options.get('p') ?? '80';
  const colon = place.lastIndexOf(':');
  const host = colon > 0 ? place.slice(0, colon) : '0.0.0.0';
  const root = options.get('h') ?? io.sys.cwd();
  let listening: number;
  try {
    listening = io.sys.listen({ family: 'inet', host, port: Number(place.slice(colon + 1)) });
    io.sys.chdir(root);
  } catch (error) {
    return io.die(`bind: ${io.reason(error)}`);
  }
  const run = async (sys: Sys): Promise<number> => {
    sys.signal('SIGPIPE', 'ignore');
    for (;;) {
      const fd = await sys.accept(listening);
      const peer = sys.peername(fd);
      const client = peer.family === 'inet' ? `[::ffff:${peer.host}]:${peer.port}` : '';
      void serve(
        sysChannel(sys, fd),
        async (request) => {
          const response = answer(sys, sys.cwd(), request);
          if (options.has('v')) await sys.write(2, `${client}: response:${response.status}\n`);
          return response;
        },
        { now: () => sys.now() },
      );
    }
  };
  if (options.has('f')) return run(io.sys);
  io.sys.fork(run, { session: true });
  return 0;
};
