import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Channel } from '../kernel/kernel.ts';
import { channelPair } from './channel.ts';
import { request } from './client.ts';
import { readAll, readText, type HttpHandler, type HttpRequest } from './http.ts';
import { Router } from './router.ts';
import { serve } from './server.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('latin1');

/** Sends `bytes` in the given pieces, half-closes, and returns everything the server sent. */
async function raw(handler: HttpHandler, pieces: readonly Uint8Array[]): Promise<string> {
  const [client, server] = channelPair();
  const serving = serve(server, handler);
  const reading = readAll(drain(client));
  for (const piece of pieces) {
    await client.write(piece);
    await Promise.resolve();
  }
  client.closeWrite();
  await serving;
  return decoder.decode(await reading);
}
async function* drain(channel: Channel): AsyncGenerator<Uint8Array> {
  for (;;) {
    const bytes = await channel.read(7);
    if (bytes.length === 0) return;
    yield bytes;
  }
}
/** Cuts the text's bytes at the given places. */
function cut(text: string, places: readonly number[]): Uint8Array[] {
  const bytes = encoder.encode(text);
  const marks = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const mark of [...marks, bytes.length]) {
    if (mark > from) pieces.push(bytes.slice(from, mark));
    from = mark;
  }
  return pieces;
}
const describeRequest = async (r: HttpRequest): Promise<string> =>
  `${r.method} ${r.path} ${r.query.toString()} ${JSON.stringify([...r.headers])} ${await readText(r.body)}`;

const splits = fc.array(fc.nat(2000), { maxLength: 12 });

describe('any split of the bytes gives the same messages', () => {
  const requests = [
    'POST /a?x=1&y=%20 HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello',
    'POST /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0a;x=y\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n',
    'GET /c HTTP/1.1\r\nHost: h\r\nX-Two: 1\r\nx-two:2 \r\n\r\n',
    'HEAD /d HTTP/1.1\nHost: h\n\n',
    'GET /e HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n',
  ].join('');
  it('of requests, pipelined', async () => {
    const seen = async (pieces: readonly Uint8Array[]) => {
      const log: string[] = [];
      const output = await raw(async (r) => {
        const text = await describeRequest(r);
        log.push(text);
        return { status: 200, body: text };
      }, pieces);
      return { log, output };
    };
    const whole = await seen([encoder.encode(requests)]);
    expect(whole.log).toEqual([
      'POST /a x=1&y=+ [["host","h"],["content-length","5"]] hello',
      'POST /b  [["host","h"],["transfer-encoding","chunked"]] abc0123456789',
      'GET /c  [["host","h"],["x-two","1, 2"]] ',
      'HEAD /d  [["host","h"]] ',
      'GET /e  [["host","h"],["connection","close"]] ',
    ]);
    await fc.assert(
      fc.asyncProperty(splits, async (places) => {
        expect(await seen(cut(requests, places))).toEqual(whole);
      }),
    );
  });

  it('of answers', async () => {
    const answers =
      'HTTP/1.1 100 Continue\r\n\r\n' +
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n1\r\n!\r\n0\r\n\r\n' +
      'HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnope' +
      'HTTP/1.1 204 No Content\r\n\r\n' +
      'HTTP/1.1 200 OK\r\n\r\nuntil the end';
    await fc.assert(
      fc.asyncProperty(splits, async (places) => {
        const [client, server] = channelPair();
        const sending = (async () => {
          for (const piece of cut(answers, places)) await server.write(piece);
          server.closeWrite();
        })();
        const got: unknown[] = [];
        for (let i = 0; i < 4; i++) {
          const answer = await request(client, { target: '/' });
          got.push([answer.status, answer.reason, await readText(answer.body), answer.reusable]);
        }
        await sending;
        expect(got).toEqual([
          [200, 'OK', 'first!', true],
          [404, 'Not Found', 'nope', true],
          [204, 'No Content', '', true],
          [200, 'OK', 'until the end', false],
        ]);
      }),
    );
  });

  it('of bodies sent by our own client to our own server', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }),
        fc.boolean(),
        async (parts, echo) => {
          const [client, server] = channelPair(64);
          const serving = serve(server, async (r) => {
            const body = await readAll(r.body);
            return { status: 200, body: echo ? body : one(body) };
          });
          const all = await readAll(many(parts));
          for (const body of [many(parts), all]) {
            const answer = await request(client, { method: 'POST', target: '/', body });
            expect(await readAll(answer.body)).toEqual(all);
          }
          client.close();
          await serving;
        },
      ),
    );
  });
});

async function* many(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield part;
}
async function* one(part: Uint8Array): AsyncGenerator<Uint8Array> {
  yield part;
}

describe('bad input', () => {
  const bad: [string, string][] = [
    ['nonsense\r\n\r\n', '400 Bad Request'],
    ['GET  / HTTP/1.1\r\nHost: h\r\n\r\n', '400 Bad Request'],
    ['GET / HTTP/1.1\r\n\r\n', '400 Bad Request'],
    ['GET / HTTP/2.0\r\nHost: h\r\n\r\n', '505 HTTP Version Not Supported'],
    ['GET / HTTP/1.1\r\nHost : h\r\n\r\n', '400 Bad Request'],
    ['GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n', '400 Bad Request'],
    ['GET / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n', '400 Bad Request'],
    ['GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', '400 Bad Request'],
    ['GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', '400 Bad Request'],
    ['GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n', '501 Not Implemented'],
    ['GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n', '400 Bad Request'],
    ['GET / HTTP/1.1\r\nHost: h\r\nExpect: magic\r\n\r\n', '417 Expectation Failed'],
    [`GET /${'a'.repeat(70000)} HTTP/1.1\r\nHost: h\r\n\r\n`, '431 Request Header Fields Too Large'],
    [`GET / HTTP/1.1\r\nHost: h\r\n${'A: b\r\n'.repeat(300)}\r\n`, '431 Request Header Fields Too Large'],
  ];
  it.each(bad.map(([text, status]) => ({ text, status, start: JSON.stringify(text).slice(0, 60) })))(
    '$start is refused with $status',
    async ({ text, status }) => {
      const output = await raw(async (r) => ({ status: 200, body: await readText(r.body) }), [encoder.encode(text)]);
      expect(output.split('\r\n')[0]).toBe(`HTTP/1.1 ${status}`);
      expect(output).toContain('Connection: close\r\n');
    },
  );
  it('never breaks the server, whatever the bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 5 }), async (pieces) => {
        const output = await raw(
          async (r) => ({ status: 200, body: await readText(r.body) }),
          pieces.filter((p) => p.length),
        );
        expect(output === '' || /^HTTP\/1\.1 [45]/.test(output)).toBe(true);
      }),
    );
  });
});

describe('the wire', () => {
  it('has the whole answer, with a date where a clock is given', async () => {
    const [client, server] = channelPair();
    const serving = serve(server, async () => ({ status: 201, headers: { 'Api-Version': '1.55' }, body: 'made' }), {
      now: () => 0,
      server: 'Docker/29.7.2 (linux)',
    });
    await client.write('GET /x HTTP/1.0\r\n\r\n');
    expect(decoder.decode(await readAll(drain(client)))).toBe(
      'HTTP/1.1 201 Created\r\nServer: Docker/29.7.2 (linux)\r\nApi-Version: 1.55\r\n' +
        'Date: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: 4\r\nConnection: close\r\n\r\nmade',
    );
    await serving;
  });

  it('delivers each chunk as it is made', async () => {
    const [client, server] = channelPair();
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const serving = serve(server, async () => ({
      status: 200,
      body: (async function* () {
        yield encoder.encode('one');
        await gate;
        yield encoder.encode('two');
      })(),
    }));
    const answer = await request(client, { target: '/' });
    const pieces: string[] = [];
    for await (const piece of answer.body) {
      pieces.push(decoder.decode(piece));
      release();
    }
    expect(pieces).toEqual(['one', 'two']);
    client.close();
    await serving;
  });

  it('sends 100 Continue only when the body is wanted', async () => {
    const head = 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n';
    const wanted = await raw(
      async (r) => ({ status: 200, body: await readText(r.body) }),
      [encoder.encode(`${head}hi`)],
    );
    expect(wanted).toBe('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi');
    const refused = await raw(async () => ({ status: 403 }), [encoder.encode(head)]);
    expect(refused).toBe('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  });

  it.each([
    [
      'Connection: Upgrade\r\nUpgrade: tcp\r\n',
      'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n',
    ],
    ['', 'HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n'],
    [
      'Connection: Upgrade\r\nUpgrade: h2c\r\n',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
    ],
  ])('hands the connection over, half-close works behind it (%j)', async (fields, head) => {
    const echo: HttpHandler = async () => ({
      status: 101,
      hijack: async (connection) => {
        const input = await readAll(drain(connection));
        await connection.write(`got ${decoder.decode(input)}`);
        connection.closeWrite();
      },
    });
    const text = `POST /attach HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n${fields}\r\nearly bytes`;
    expect(await raw(echo, [encoder.encode(text)])).toBe(`${head}got early bytes`);
  });

  it('gives the client the raw connection', async () => {
    const [client, server] = channelPair();
    const serving = serve(server, async (r) => {
      const body = await readText(r.body);
      return {
        status: 101,
        hijack: async (connection) => connection.write(`${body} then ${decoder.decode(await connection.read())}`),
      };
    });
    const answer = await request(client, { method: 'POST', target: '/exec/1/start', body: '{}', hijack: true });
    expect([answer.status, answer.reason]).toEqual([101, 'UPGRADED']);
    await answer.connection!.write('typed');
    answer.connection!.closeWrite();
    expect(decoder.decode(await readAll(drain(answer.connection!)))).toBe('{} then typed');
    await serving;
  });

  it('tells the handler when the client has gone', async () => {
    const [client, server] = channelPair();
    let told = false;
    const serving = serve(server, async (r) => {
      await r.closed;
      told = true;
      return { status: 200 };
    });
    await client.write('GET /wait HTTP/1.1\r\nHost: h\r\n\r\n');
    client.close();
    await serving;
    expect(told).toBe(true);
  });

  it('tells an empty reply from a cut one', async () => {
    for (const [bytes, fault] of [
      ['', 'empty'],
      ['HTTP/1.1 200 OK\r\nContent-', 'truncated'],
      ['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf', 'truncated'],
      ['SSH-2.0-OpenSSH\r\n\r\n', 'malformed'],
    ] as const) {
      const [client, server] = channelPair();
      await server.write(bytes);
      server.closeWrite();
      const outcome = request(client, { target: '/' }).then((answer) => readAll(answer.body));
      await expect(outcome).rejects.toMatchObject({ fault });
    }
  });
});

describe('routes', () => {
  const name = (text: string) => async (_r: unknown, params: Readonly<Record<string, string>>) => ({
    status: 200,
    body: `${text} ${JSON.stringify(params)}`,
  });
  const router = new Router()
    .on('GET', '/images/json', name('list'))
    .on('GET', '/images/{name...}/json', name('inspect'))
    .on('HEAD', '/_ping', name('head'))
    .on('GET', '/_ping', name('ping'))
    .on('POST', '/containers/{id}/start', name('start'));
  it.each([
    ['GET', '/images/json', 'list {}'],
    ['GET', '/images/a/b%3A1/json', 'inspect {"name":"a/b:1"}'],
    ['HEAD', '/images/json', 'list {}'],
    ['HEAD', '/_ping', 'head {}'],
    ['POST', '/containers/x%2/start', 'start {"id":"x%2"}'],
    ['GET', '/containers/x/start', 405],
    ['GET', '/containers/x/y/start', 404],
  ])('%s %s', async (method, path, expected) => {
    const request = { method, path } as HttpRequest;
    const response = await router.route(request);
    expect(response.body ?? response.status).toBe(expected);
  });
});
