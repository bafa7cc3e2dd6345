import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkConfig, parseConfig, type Files } from './nginx/config.ts';
import { buildModel, chooseLocation, chooseServer } from './nginx/model.ts';
import { array, bulk, integer, RespBuffer, toBytes, writeReply, type Reply } from './redis/resp.ts';
import { base64, formatUrl, parseUrl, resolveUrl } from './url.ts';

const files = (texts: Readonly<Record<string, string>>): Files => ({
  expand: () => Object.keys(texts).filter((path) => path.includes('conf.d')),
  read: (path) => texts[path]!,
});
const model = (text: string) => {
  const list = parseConfig('/n', files({ '/n': text }));
  checkConfig(list);
  return buildModel(list);
};

describe('nginx configuration', () => {
  it.each([
    ['events {', 'unexpected end of file, expecting "}" in /n:1'],
    ['events {}\nhttp { server { listen 80 } }', 'unexpected "}" in /n:2'],
    ['events {}\n\nfoo bar;', 'unknown directive "foo" in /n:3'],
    ['events {}\nserver { }', '"server" directive is not allowed here in /n:2'],
    ['events {} http { server { root; } }', 'invalid number of arguments in "root" directive in /n:1'],
    ['events {} http { server { listen 99999; } }', 'invalid port in "99999" of the "listen" directive in /n:1'],
    ['events {} }', 'unexpected "}" in /n:1'],
  ])('%j is refused', (text, message) => {
    expect(() => model(text)).toThrow(message);
  });

  it('finds the location as nginx does', () => {
    const { servers } = model(`events {} http { server {
      location / { } location = /exact { } location /images/ { } location ^~ /raw/ { }
      location ~ \\.php$ { } location ~* \\.(PNG|jpg)$ { } location /images/deep/ { } } }`);
    const at = (path: string) => chooseLocation(servers[0]!.locations, path)?.location.pattern;
    expect(
      ['/', '/exact', '/exact/', '/images/a', '/images/a.png', '/raw/a.png', '/images/deep/x', '/a.php'].map(at),
    ).toEqual(['/', '/exact', '/', '/images/', '\\.(PNG|jpg)$', '/raw/', '/images/deep/', '\\.php$']);
  });

  it('finds the server by name', () => {
    const { servers } = model(
      'events {} http { server { server_name a.test; } server { server_name *.b.test; } server { server_name ~^c\\d+$; } }',
    );
    const which = (host: string) => servers.indexOf(chooseServer(servers, servers[0]!, host));
    expect(['a.test', 'x.b.test:80', 'c42', 'other'].map(which)).toEqual([0, 1, 2, 0]);
  });
});

describe('RESP', () => {
  const reply: fc.Arbitrary<Reply> = fc.letrec<{ reply: Reply }>((tie) => ({
    reply: fc.oneof(
      { maxDepth: 3 },
      fc.uint8Array().map((bytes) => bulk(String.fromCharCode(...bytes))),
      fc.constant(bulk(undefined)),
      fc.integer().map(integer),
      fc.array(tie('reply'), { maxLength: 4 }).map(array),
    ),
  })).reply;
  it('reads what it writes, however the bytes are split', () => {
    fc.assert(
      fc.property(fc.array(reply, { maxLength: 5 }), fc.integer({ min: 1, max: 9 }), (replies, size) => {
        const bytes = toBytes(replies.map(writeReply).join(''));
        const buffer = new RespBuffer();
        const got: Reply[] = [];
        for (let at = 0; at < bytes.length; at += size) {
          buffer.push(bytes.subarray(at, at + size));
          for (let next = buffer.take(); next; next = buffer.take()) got.push(next);
        }
        expect(got).toEqual(replies);
      }),
    );
  });
});

describe('URLs', () => {
  it('are read as curl reads them', () => {
    expect(parseUrl('localhost:8080/x?y')).toEqual({
      scheme: 'http',
      user: undefined,
      password: undefined,
      host: 'localhost',
      port: 8080,
      explicitPort: true,
      target: '/x?y',
    });
    expect(['http://', 'http://a:b/', 'http://a:70000', 'http://a b/'].map(parseUrl)).toEqual(Array(4).fill(undefined));
    expect(parseUrl('https://ann:p%40ss@[::1]?q')).toMatchObject({
      user: 'ann',
      password: 'p@ss',
      host: '::1',
      port: 443,
      target: '/?q',
    });
  });
  it('are resolved against each other', () => {
    const base = parseUrl('http://h:81/a/b/c?d')!;
    const to = ['../x', '/y', 'z', '?q', '//other/', 'https://s/', './'].map((text) =>
      formatUrl(resolveUrl(base, text)!),
    );
    expect(to).toEqual([
      'http://h:81/a/x',
      'http://h:81/y',
      'http://h:81/a/b/z',
      'http://h:81/a/b/c?q',
      'http://other/',
      'https://s/',
      'http://h:81/a/b/',
    ]);
  });
  it('base64 is what btoa gives', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
        expect(base64(text)).toBe(btoa(text));
      }),
    );
  });
});
