import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { nodeHost } from '../../../../bin/node-host.ts';
import { createMachine, type CommandResult, type Machine } from '../../../machine.ts';
import { compareVersions, newest, satisfies } from './versions.ts';

const version = fc.tuple(fc.nat(20), fc.nat(20), fc.nat(20)).map((parts) => parts.join('.'));

describe('ranges of versions', () => {
  test('a version lies in every range that begins with it', () => {
    fc.assert(
      fc.property(version, (v) => {
        for (const range of [v, `^${v}`, `~${v}`, `>=${v}`, `<=${v}`, `=${v}`, '*', '', 'x', `0.0.1-a || ${v}`])
          expect(satisfies(v, range)).toBe(true);
        for (const range of [`>${v}`, `<${v}`]) expect(satisfies(v, range)).toBe(false);
      }),
    );
  });
  test('a caret keeps the first number that is not zero, a tilde the first two', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        const [x, y] = [a, b].map((v) => v.split('.').map(Number));
        const later = compareVersions(b, a) >= 0;
        const kept = x!.findIndex((n) => n !== 0);
        const same = (n: number): boolean => x!.slice(0, n).every((part, i) => part === y![i]);
        expect(satisfies(b, `^${a}`)).toBe(later && same(kept < 0 ? 3 : kept + 1));
        expect(satisfies(b, `~${a}`)).toBe(later && same(2));
      }),
    );
  });
  test('the newest is chosen', () => {
    expect(newest(['4.21.2', '5.1.0', '4.9.0'], '^4.18.2')).toBe('4.21.2');
    expect(newest(['4.21.2', '5.1.0'], '>=4 <6')).toBe('5.1.0');
    expect(newest(['4.21.2'], '5.x')).toBeUndefined();
  });
});

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let machine: Machine;
beforeAll(async () => {
  machine = await createMachine({ host: nodeHost, images: ['node:22-alpine', 'redis:7-alpine'] });
});
afterAll(() => machine.stop());

const npm = (args: string, options = ''): Promise<CommandResult> =>
  machine.run(`docker run --rm ${options} -v $PWD:/app -w /app node:22-alpine npm ${args}`);
const manifest = (value: object): void => machine.files.write('package.json', JSON.stringify(value, undefined, 2));
const NOTICE = `npm notice
npm notice New major version of npm available! 10.9.4 -> 11.6.2
npm notice Changelog: https://github.com/npm/cli/releases/tag/v11.6.2
npm notice To update run: npm install -g npm@11.6.2
npm notice
`;

test('installs what package.json asks for, lists it, and leaves development out when told to', async () => {
  manifest({
    name: 'app',
    version: '1.0.0',
    dependencies: { express: '^4.18.2' },
    devDependencies: { typescript: '^5.4.0' },
  });
  const first = await npm('install');
  expect([first.exit, first.stderr, first.stdout.replace(/\d+m?s$/m, 'TIME')]).toEqual([
    0,
    NOTICE,
    '\nadded 70 packages, and audited 71 packages in TIME\n\n15 packages are looking for funding\n  run `npm fund` for details\n\nfound 0 vulnerabilities\n',
  ]);
  expect((await npm('ls')).stdout).toBe('app@1.0.0 /app\n├── express@4.21.2\n└── typescript@5.9.3\n\n');
  expect((await npm('ci --omit=dev')).stdout).toContain('added 69 packages, and audited 70 packages in');
  const listed = await npm('ls');
  expect([listed.exit, listed.stdout, listed.stderr.replace(/: \/root.*/, '')]).toEqual([
    1,
    'app@1.0.0 /app\n├── express@4.21.2\n└── UNMET DEPENDENCY typescript@^5.4.0\n\n',
    'npm error code ELSPROBLEMS\nnpm error missing: typescript@^5.4.0, required by app@1.0.0\nnpm error A complete log of this run can be found in\n',
  ]);
  await machine.run('rm -rf node_modules package-lock.json');
});

describe('says what is wrong', () => {
  const LOG = 'npm error A complete log of this run can be found in: /root/.npm/_logs/TIME-debug-0.log\n';
  const told = ({ exit, stderr }: CommandResult): [number, string] => [
    exit,
    stderr.replace(/_logs\/[\w-]+Z/, '_logs/TIME'),
  ];
  test('no package.json', async () => {
    await machine.run('rm -f package.json');
    expect(told(await npm('start'))).toEqual([
      254,
      `npm error code ENOENT\nnpm error syscall open\nnpm error path /app/package.json\nnpm error errno -2\nnpm error enoent Could not read package.json: Error: ENOENT: no such file or directory, open '/app/package.json'\nnpm error enoent This is related to npm not being able to find a file.\nnpm error enoent\n${LOG}`,
    ]);
  });
  test('no such script, no such package, no such version, no network', async () => {
    manifest({ name: 'app', version: '1.0.0', scripts: { build: 'node build.js' } });
    expect(told(await npm('run biuld'))).toEqual([
      1,
      `npm error Missing script: "biuld"\nnpm error\nnpm error To see a list of scripts, run:\nnpm error   npm run\n${LOG}`,
    ]);
    expect(told(await npm('i no-such-thing'))[1]).toBe(
      `npm error code E404\nnpm error 404 Not Found - GET https://registry.npmjs.org/no-such-thing - Not found\nnpm error 404\nnpm error 404  'no-such-thing@latest' is not in this registry.\nnpm error 404\nnpm error 404 Note that you can also install from a\nnpm error 404 tarball, folder, http url, or git folder.\n${LOG}`,
    );
    expect(told(await npm('i express@99'))[1]).toBe(
      `npm error code ETARGET\nnpm error notarget No matching version found for express@99.\nnpm error notarget In most cases you or one of your dependencies are requesting\nnpm error notarget a package version that doesn't exist.\n${LOG}`,
    );
    expect(told(await npm('i express', '--network none'))[1]).toBe(
      `npm error code EAI_AGAIN\nnpm error syscall getaddrinfo\nnpm error errno EAI_AGAIN\nnpm error request to https://registry.npmjs.org/express failed, reason: getaddrinfo EAI_AGAIN registry.npmjs.org\n${LOG}`,
    );
  });
  test('npm ci without a lock file, and with one that is behind', async () => {
    manifest({ name: 'app', version: '1.0.0', dependencies: { uuid: '^9.0.0' } });
    expect(told(await npm('ci'))[1]).toContain(
      'The `npm ci` command can only install with an existing package-lock.json or\n',
    );
    await npm('install');
    manifest({ name: 'app', version: '1.0.0', dependencies: { uuid: '^9.0.0', lodash: '^4.17.21' } });
    expect(told(await npm('ci'))[1]).toContain('npm error Missing: lodash@^4.17.21 from lock file\n');
    await machine.run('rm -rf node_modules package-lock.json');
  });
});

test('scripts run in order with their commands, and give their exit code', async () => {
  manifest({
    name: 'app',
    version: '2.0.0',
    scripts: { prebuild: 'echo before', build: 'echo "$npm_package_version"', fail: 'exit 3' },
  });
  expect(await npm('run build -- "a b"')).toEqual({
    exit: 0,
    stdout:
      '\n> app@2.0.0 prebuild\n> echo before\n\nbefore\n\n> app@2.0.0 build\n> echo "$npm_package_version" "a b"\n\n2.0.0 a b\n',
    stderr: '',
  });
  expect(await npm('run fail')).toEqual({ exit: 3, stdout: '\n> app@2.0.0 fail\n> exit 3\n\n', stderr: '' });
});

test('an image is built with npm ci, its steps are cached, and its server answers on the host', async () => {
  manifest({
    name: 'app',
    version: '1.0.0',
    scripts: { build: 'node build.js' },
    dependencies: { express: '^4.18.2', redis: '^4.6.0' },
  });
  machine.files.write(
    'build.js',
    "require('fs').mkdirSync('dist');\nrequire('fs').writeFileSync('dist/page.html', '<h1>Built</h1>\\n');\n",
  );
  machine.files.write(
    'server.js',
    `const express = require('express');
const { createClient } = require('redis');
const app = express();
const cache = createClient({ url: process.env.REDIS_URL });
app.use(express.json());
app.use(express.static('dist'));
app.get('/hits/:page', async (req, res) => res.json({ page: req.params.page, hits: await cache.incr(req.params.page) }));
app.post('/echo', (req, res) => res.status(201).send(req.body));
app.get('/broken', () => { throw new Error('broken'); });
app.use((error, req, res, next) => res.status(500).json({ error: error.message }));
cache.connect().then(() => app.listen(3000, () => console.log('ready')));
`,
  );
  machine.files.write('.dockerignore', 'node_modules\n');
  machine.files.write(
    'Dockerfile',
    'FROM node:22-alpine\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\nCMD ["node", "server.js"]\n',
  );
  await npm('install --package-lock-only');
  expect((await machine.run('docker build -t app .')).exit).toBe(0);
  machine.files.write('server.js', `${new TextDecoder().decode(machine.files.read('server.js'))}// changed\n`);
  const again = await machine.run(
    'docker build --progress plain -t app . 2>&1 | grep -A1 "RUN\\|COPY" | grep -v "^--" | sed "s/ DONE.*/ DONE/"',
  );
  expect(again.stdout.split('\n').filter((line) => / (CACHED|DONE)$|\[/.test(line))).toEqual([
    '#7 [3/6] COPY package*.json ./',
    '#7 CACHED',
    '#8 [4/6] RUN npm ci',
    '#8 CACHED',
    '#9 [5/6] COPY . .',
    '#9 DONE',
    '#10 [6/6] RUN npm run build',
  ]);
  await machine.run(
    'docker network create net; docker run -d --name cache --network net redis:7-alpine; docker run -d --name web --network net -e REDIS_URL=redis://cache:6379 -p 3000:3000 app; sleep 2',
  );
  const answers = await machine.run(
    `for path in hits/a hits/a page.html broken nope; do curl -s -w '|%{http_code}\\n' localhost:3000/$path; done; curl -s -H 'Content-Type: application/json' -d '{"a":[1]}' localhost:3000/echo`,
  );
  expect(answers.stdout).toBe(
    '{"page":"a","hits":1}|200\n{"page":"a","hits":2}|200\n<h1>Built</h1>\n|200\n{"error":"broken"}|500\n<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n<body>\n<pre>Cannot GET /nope</pre>\n</body>\n</html>\n|404\n{"a":[1]}',
  );
  expect((await machine.run('docker logs web')).stdout).toBe('ready\n');
});
