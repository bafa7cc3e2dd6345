import { posix } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { nodeHost } from '../../../bin/node-host.ts';
import { createMachine, type CommandResult, type Machine } from '../../machine.ts';

const SERVER = `const http = require('http');
const server = http.createServer((req, res) => {
  if (req.method === 'POST') {
    let body = '';
    req.on('data', (chunk) => (body += chunk));
    req.on('end', () => res.writeHead(201, { 'Content-Type': 'text/plain' }).end('got ' + body));
  } else if (req.url === '/slowly') {
    res.write('one ');
    setTimeout(() => res.end('two'), 200);
  } else res.end('Hello\\n');
});
server.listen(3000, () => console.log('listening on', server.address().port));
process.on('SIGTERM', () => {
  console.log('bye');
  server.close(() => process.exit(0));
});
`;

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let machine: Machine;
beforeAll(async () => {
  machine = await createMachine({ host: nodeHost, images: ['node:22-alpine', 'redis:7-alpine'] });
});
afterAll(() => machine.stop());

/** Runs a program from a file in a fresh container. */
async function script(code: string, options = '', name = 'main.js'): Promise<CommandResult> {
  machine.files.write(name, code);
  return machine.run(`docker run --rm ${options} -v $PWD:/app -w /app node:22-alpine node ${name}`);
}

const printed = async (code: string): Promise<string> => {
  const { stdout, stderr } = await script(code);
  expect(stderr).toBe('');
  return stdout;
};

describe('values are printed as the real Node prints them', () => {
  test('any JSON', async () => {
    const values = fc
      .sample(fc.jsonValue({ maxDepth: 4 }), { numRuns: 150, seed: 7 })
      .map((v) => JSON.parse(JSON.stringify(v)));
    machine.files.write('values.json', JSON.stringify(values));
    const shown = await printed(
      "for (const v of require('./values.json')) process.stdout.write(require('util').inspect(v) + '\\0')",
    );
    expect(shown.split('\0').slice(0, -1)).toEqual(values.map((value) => inspect(value)));
  });
  test('long lists of short texts and of numbers', async () => {
    const short = fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 12 });
    const lists = fc.sample(
      fc.oneof(
        fc.array(short, { minLength: 7, maxLength: 90 }),
        fc.array(fc.integer(), { minLength: 7, maxLength: 130 }),
      ),
      {
        numRuns: 60,
        seed: 3,
      },
    );
    machine.files.write('values.json', JSON.stringify(lists));
    const shown = await printed(
      "for (const v of require('./values.json')) process.stdout.write(require('util').inspect(v) + '\\0')",
    );
    expect(shown.split('\0').slice(0, -1)).toEqual(lists.map((value) => inspect(value)));
  });
  test('what JSON does not have', async () => {
    expect(
      await printed(`class A { constructor() { this.x = 1 } get y() { return 1 } }
const o = { n: 1 }; o.self = o;
console.log(new Map([['a', 1], [{ k: 1 }, [2]]]), new Set([1, '2']), new Date(0), /x/g, Symbol('s'), 10n, -0);
console.log(new A(), A, class B extends A {}, function foo() {}, async () => {}, o, [, 1], Buffer.from('hi'), Object.create(null));
console.log('%s is %d, %i, %f, %j, %O%%', 'Bob', 42, 42.9, 1.5, { a: 1 }, { b: 2 }, 'more', ["it's"]);`),
    ).toBe(`Map(2) { 'a' => 1, { k: 1 } => [ 2 ] } Set(2) { 1, '2' } 1970-01-01T00:00:00.000Z /x/g Symbol(s) 10n -0
A { x: 1 } [class A] [class B extends A] [Function: foo] [AsyncFunction (anonymous)] <ref *1> { n: 1, self: [Circular *1] } [ <1 empty item>, 1 ] <Buffer 68 69> [Object: null prototype] {}
Bob is 42, 42, 1.5, {"a":1}, { b: 2 }% more [ "it's" ]
`);
  });
});

test('paths are what the real Node makes of them', async () => {
  const part = fc.constantFrom('a', 'b.txt', '.', '..', '', '/', 'c/', '.d', 'e.f.g');
  const lists = fc.sample(fc.array(part, { minLength: 2, maxLength: 5 }), { numRuns: 200, seed: 11 });
  const work = (path: typeof posix, [a, b, ...rest]: string[]): unknown[] => [
    path.join(a!, b!, ...rest),
    path.resolve('/r', a!, b!),
    path.normalize(a! + b!),
    path.dirname(a! + b!),
    path.basename(a! + b!),
    path.extname(a! + b!),
    path.relative(`/r/${a}`, `/r/${b}`),
  ];
  machine.files.write('values.json', JSON.stringify(lists));
  const shown = await printed(`const path = require('path');
const work = ([a, b, ...rest]) => [path.join(a, b, ...rest), path.resolve('/r', a, b), path.normalize(a + b), path.dirname(a + b), path.basename(a + b), path.extname(a + b), path.relative('/r/' + a, '/r/' + b)];
process.stdout.write(JSON.stringify(require('./values.json').map(work)));`);
  expect(JSON.parse(shown)).toEqual(lists.map((list) => work(posix, list)));
});

test('URLs are what the real Node makes of them', async () => {
  const texts = [
    'http://user:pa@Example.com:80/a/../b?x=1&y=a+b#h',
    'https://x.org',
    'redis://cache:6379/2',
    'file:///a/b.txt',
    'http://h/a b?q=<>',
    'mailto:a@b.c',
  ];
  const parts = (url: URL): unknown[] => [
    url.href,
    url.origin,
    url.protocol,
    url.username,
    url.host,
    url.port,
    url.pathname,
    url.search,
    url.hash,
    [...url.searchParams],
  ];
  const shown =
    await printed(`const parts = (url) => [url.href, url.origin, url.protocol, url.username, url.host, url.port, url.pathname, url.search, url.hash, [...url.searchParams]];
console.log(JSON.stringify([...${JSON.stringify(texts)}.map((t) => parts(new URL(t))), parts(new URL('../c?d#e', 'http://h:81/a/b/x')), parts(new URL('/z', 'http://h/y'))]))`);
  expect(JSON.parse(shown)).toEqual(
    [...texts.map((text) => new URL(text)), new URL('../c?d#e', 'http://h:81/a/b/x'), new URL('/z', 'http://h/y')].map(
      parts,
    ),
  );
});

const TAIL = `    at Module._compile (node:internal/modules/cjs/loader:1554:14)
    at Object..js (node:internal/modules/cjs/loader:1706:10)
    at Module.load (node:internal/modules/cjs/loader:1289:32)
    at Function._load (node:internal/modules/cjs/loader:1108:12)
    at TracingChannel.traceSync (node:diagnostics_channel:322:14)
    at wrapModuleLoad (node:internal/modules/cjs/loader:220:24)
    at Function.executeUserEntryPoint [as runMain] (node:internal/modules/run_main:170:5)
    at node:internal/main/run_main_module:36:49`;

describe('an error that nobody catches', () => {
  test.each([
    [
      'const x = 1;\nfunction f() {\n  throw new Error("boom");\n}\nf();\n',
      `/app/main.js:3\n  throw new Error("boom");\n  ^\n\nError: boom\n    at f (/app/main.js:3:9)\n    at Object.<anonymous> (/app/main.js:5:1)\n${TAIL}\n\nNode.js v22.21.1\n`,
    ],
    [
      'const o = {};\no.foo.bar();\n',
      `/app/main.js:2\no.foo.bar();\n      ^\n\nTypeError: Cannot read properties of undefined (reading 'bar')\n    at Object.<anonymous> (/app/main.js:2:7)\n${TAIL}\n\nNode.js v22.21.1\n`,
    ],
    [
      "setTimeout(() => { throw new RangeError('later') }, 10);\n",
      "/app/main.js:1\nsetTimeout(() => { throw new RangeError('later') }, 10);\n                   ^\n\nRangeError: later\n    at Timeout._onTimeout (/app/main.js:1:26)\n    at listOnTimeout (node:internal/timers:588:17)\n    at process.processTimers (node:internal/timers:523:7)\n\nNode.js v22.21.1\n",
    ],
    [
      "const express = require('express');\n",
      `node:internal/modules/cjs/loader:1368
  throw err;
  ^

Error: Cannot find module 'express'
Require stack:
- /app/main.js
    at Function._resolveFilename (node:internal/modules/cjs/loader:1365:15)
    at defaultResolveImpl (node:internal/modules/cjs/loader:1021:19)
    at resolveForCJSWithHooks (node:internal/modules/cjs/loader:1026:22)
    at Function._load (node:internal/modules/cjs/loader:1175:37)
    at TracingChannel.traceSync (node:diagnostics_channel:322:14)
    at wrapModuleLoad (node:internal/modules/cjs/loader:235:24)
    at Module.require (node:internal/modules/cjs/loader:1487:12)
    at require (node:internal/modules/helpers:135:16)
    at Object.<anonymous> (/app/main.js:1:17)
    at Module._compile (node:internal/modules/cjs/loader:1554:14) {
  code: 'MODULE_NOT_FOUND',
  requireStack: [ '/app/main.js' ]
}

Node.js v22.21.1
`,
    ],
  ])('%j', async (code, text) => {
    expect(await script(code)).toEqual({ exit: 1, stdout: '', stderr: text });
  });
});

test("timers, promises and ticks take their turns; the clock is the machine's", async () => {
  expect(
    await printed(`const began = Date.now();
setTimeout(() => console.log('timer'), 0);
setImmediate(() => console.log('immediate'));
process.nextTick(() => console.log('tick'));
Promise.resolve().then(() => console.log('promise'));
console.log('first');
let n = 0;
const every = setInterval(() => { console.log('interval', ++n); if (n === 2) clearInterval(every); }, 60_000);
process.on('exit', (code) => console.log('exit', code, Math.round((Date.now() - began) / 60_000)));`),
  ).toBe('first\ntick\npromise\nimmediate\ntimer\ninterval 1\ninterval 2\nexit 0 2\n');
});

test('modules of both kinds find each other', async () => {
  machine.files.write('lib.mjs', 'export const add = (a, b) => a + b;\nexport default "lib";\n');
  machine.files.write('old.cjs', 'module.exports = { named: 5 };\n');
  const { stdout, stderr, exit } = await script(
    `import fs, { existsSync } from 'node:fs';
import name, { add } from './lib.mjs';
import old, { named } from './old.cjs';
const late = await import('./lib.mjs');
console.log(name, add(1, 2), old, named, late.default, fs.existsSync === existsSync, import.meta.url, import.meta.dirname);
`,
    '',
    'main.mjs',
  );
  expect([stdout, stderr, exit]).toEqual(['lib 3 { named: 5 } 5 lib true file:///app/main.mjs /app\n', '', 0]);
});

test('standard input and children are waited for', async () => {
  machine.files.write(
    'main.js',
    `const { execSync, spawn } = require('child_process');
console.log('before');
console.log(require('fs').readFileSync(0, 'utf8').trim().toUpperCase(), String(execSync('echo from sh; exit 0')).trim());
spawn('sh', ['-c', 'echo out; exit 3'], { stdio: ['ignore', 'inherit', 'inherit'] }).on('close', (code) => console.log('closed', code));`,
  );
  expect(await machine.run('echo hello | docker run --rm -i -v $PWD:/app -w /app node:22-alpine node main.js')).toEqual(
    {
      exit: 0,
      stdout: 'before\nHELLO from sh\nout\nclosed 3\n',
      stderr: '',
    },
  );
});

test('a server answers, and leaves as it is asked to', async () => {
  machine.files.write('server.js', SERVER);
  await machine.run(
    'docker run -d --name web -p 3000:3000 -v $PWD:/app -w /app node:22-alpine node server.js; sleep 1',
  );
  expect((await machine.run('curl -si localhost:3000/')).stdout).toMatch(
    /^HTTP\/1\.1 200 OK\r\nDate: Tue, 24 Nov 2026 09:\d\d:\d\d GMT\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\nContent-Length: 6\r\n\r\nHello\n$/,
  );
  expect((await machine.run('curl -s localhost:3000/slowly; curl -s -d abc localhost:3000/')).stdout).toBe(
    'one twogot abc',
  );
  await machine.run('docker stop web');
  expect(
    (await machine.run('docker logs web; docker inspect -f "{{.State.ExitCode}}" web; docker rm web')).stdout,
  ).toBe('listening on 3000\nbye\n0\nweb\n');
});

test('as process 1 without a handler it does not hear SIGTERM', async () => {
  machine.files.write('deaf.js', 'setInterval(() => {}, 1000);\n');
  await machine.run(
    'docker run -d --name deaf -v $PWD:/app -w /app node:22-alpine node deaf.js; sleep 1; docker stop deaf',
  );
  expect((await machine.run('docker inspect -f "{{.State.ExitCode}}" deaf; docker rm deaf')).stdout).toBe(
    '137\ndeaf\n',
  );
});

test('an endless loop keeps its processor busy until it is killed', async () => {
  machine.files.write('spin.js', "console.log('start');\nwhile (true) {}\n");
  await machine.run('docker run -d --name spin -v $PWD:/app -w /app node:22-alpine node spin.js; sleep 10');
  const stats = await machine.run('docker logs spin; docker stats --no-stream --format "{{.CPUPerc}}" spin');
  expect(stats.stdout).toBe('start\n100.00%\n');
  await machine.run('docker kill spin');
  expect((await machine.run('docker inspect -f "{{.State.ExitCode}}" spin; docker rm spin')).stdout).toBe(
    '137\nspin\n',
  );
});

test('who takes more memory than the container may have is killed', async () => {
  machine.files.write(
    'leak.js',
    'const all = [];\nsetInterval(() => { for (let i = 0; i < 10; i++) all.push(Buffer.alloc(1e6, 1)); }, 100);\n',
  );
  const { exit } = await machine.run(
    'docker run --name leak --memory 100m -v $PWD:/app -w /app node:22-alpine node leak.js',
  );
  const state = await machine.run('docker inspect -f "{{.State.ExitCode}} {{.State.OOMKilled}}" leak; docker rm leak');
  expect([exit, state.stdout]).toEqual([137, '137 true\nleak\n']);
});

test('the command line: versions, env files, code to print, a wrong option', async () => {
  machine.files.write('dot.env', 'FOO=bar\nBAZ="q x" # why\n');
  const { stdout, stderr, exit } = await machine.run(
    `docker run --rm -v $PWD:/app -w /app node:22-alpine sh -c 'node -v; node --env-file=dot.env -p "process.env.FOO + process.env.BAZ"; echo "console.log(1)" | node -; node --nope'`,
  );
  expect([stdout, stderr, exit]).toEqual(['v22.21.1\nbarq x\n1\n', 'node: bad option: --nope\n', 9]);
});
