/** How the docker command fares on recorded cases: units, request bodies, and output for canned answers. */
import { isDeepStrictEqual } from 'node:util';
import { runCommand, type CannedAnswer } from '../../simulator/client/canned-daemon.ts';
import { bytesSize, fromHumanSize, humanDuration, humanSize, ramInBytes } from '../../simulator/client/format/units.ts';
import type { CorpusResult } from './runners.ts';

const records = <T>(text: string): T[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);

/** The words of a recorded command line as a shell splits them. */
export function words(line: string, variables: Readonly<Record<string, string>>): string[] {
  const out: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < line.length; i++) {
    const char = line[i] ?? '';
    if (char === ' ') {
      if (word !== undefined) out.push(word);
      word = undefined;
    } else if (char === "'") {
      const end = line.indexOf("'", i + 1);
      word = (word ?? '') + line.slice(i + 1, end);
      i = end;
    } else if (char === '"') {
      word ??= '';
      for (i++; i < line.length && line[i] !== '"'; i++) {
        if (line[i] === '\\' && /["\\$`]/.test(line[i + 1] ?? '')) i++;
        else if (line[i] === '$') {
          const name = /^\w+/.exec(line.slice(i + 1))?.[0] ?? '';
          word += variables[name] ?? '';
          i += name.length;
          continue;
        }
        word += line[i] ?? '';
      }
    } else if (char === '~' && word === undefined) word = variables['HOME'] ?? '';
    else word = (word ?? '') + char;
  }
  if (word !== undefined) out.push(word);
  return out;
}

class Score {
  passed = 0;
  total = 0;
  failures: string[] = [];
  check(name: string, got: unknown, wanted: unknown): void {
    this.total++;
    if (isDeepStrictEqual(got, wanted)) this.passed++;
    else this.failures.push(`${name}\n  wanted ${JSON.stringify(wanted)}\n  got    ${JSON.stringify(got)}`);
  }
}

function durations(text: string): CorpusResult {
  const score = new Score();
  for (const c of records<{ seconds: number; human: string }>(text)) {
    score.check(String(c.seconds), humanDuration(c.seconds * 1000), c.human);
  }
  return score;
}

function sizes(text: string): CorpusResult {
  const score = new Score();
  type Case = { bytes: number; BytesSize: string; HumanSize: string; HumanSize3: string };
  for (const c of records<Case>(text)) {
    const got = [bytesSize(c.bytes), humanSize(c.bytes), humanSize(c.bytes, 3)];
    score.check(String(c.bytes), got, [c.BytesSize, c.HumanSize, c.HumanSize3]);
  }
  return score;
}

function parsing(text: string): CorpusResult {
  const score = new Score();
  type Case = {
    in: string;
    FromHumanSize: number;
    RAMInBytes: number;
    errorHuman: string | null;
    errorRAM: string | null;
  };
  const attempt = (read: (text: string) => number, input: string): [number, string | null] => {
    try {
      return [read(input), null];
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return [-1, error.message];
    }
  };
  for (const c of records<Case>(text)) {
    const got = [attempt(fromHumanSize, c.in), attempt(ramInBytes, c.in)];
    score.check(JSON.stringify(c.in), got, [
      [c.FromHumanSize, c.errorHuman],
      [c.RAMInBytes, c.errorRAM],
    ]);
  }
  return score;
}

const ID = 'c0ffee0000000000000000000000000000000000000000000000000000000000';
/** The folder the requests were recorded in. */
const FILES = { '/lab/e.env': '# comment\nA=1\n\nB\nC=x y\nD="q"\nE=\n', '/lab/l.txt': 'k=v\n' };

async function createRequests(text: string): Promise<CorpusResult> {
  const score = new Score();
  type Case = { argv: string; exit?: number; stdout?: string; stderr?: string; query?: string; body?: unknown };
  const answers: CannedAnswer[] = [
    { method: 'POST', pattern: /^\/containers\/create/, status: 201, body: JSON.stringify({ Id: ID, Warnings: [] }) },
    { method: 'POST', pattern: /./, status: 204, body: '' },
  ];
  for (const c of records<Case>(text)) {
    const argv = words(c.argv, { HOME: '/root', PWD: '/lab' });
    // What follows the creation (streams, waiting) is not recorded.
    const detached = argv[1] === 'run' && c.exit === undefined ? answers.slice(0, 1) : answers;
    const run = await runCommand(argv, { answers: detached, files: FILES });
    const request = run.requests.find(({ path }) => path.startsWith('/containers/create'));
    const [, query = ''] = request?.path.split('?') ?? [];
    const got = {
      ...(c.exit === undefined ? {} : { exit: run.exit, stdout: run.stdout, stderr: run.stderr }),
      ...(c.body === undefined
        ? {}
        : { query, body: request === undefined ? undefined : (JSON.parse(request.body) as unknown) }),
    };
    const wanted = {
      ...(c.exit === undefined ? {} : { exit: c.exit, stdout: c.stdout, stderr: c.stderr }),
      ...(c.body === undefined ? {} : { query: c.query, body: c.body }),
    };
    score.check(c.argv, got, wanted);
  }
  return score;
}

async function rendering(text: string): Promise<CorpusResult> {
  const score = new Score();
  type Case = {
    argv: string;
    now: number;
    responses: { m: string; re: string; body: unknown; code?: number }[];
    requests: { m: string; path: string; body?: string }[];
    exit: number;
    stdout: string;
    stderr: string;
  };
  for (const c of records<Case>(text)) {
    const answers = c.responses.map(({ m, re, body, code = 200 }): CannedAnswer => ({
      method: m,
      pattern: new RegExp(re),
      status: code,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }));
    const run = await runCommand(words(c.argv, {}), { answers, now: c.now * 1000 });
    // Requests for several objects run at the same time: their order is chance.
    const list = (requests: { m: string; path: string; body?: string }[]): string[] =>
      requests
        .map(
          ({ m, path, body }) =>
            `${m} ${path} ${JSON.stringify(body === undefined || body === '' ? null : sorted(JSON.parse(body)))}`,
        )
        .sort();
    score.check(
      c.argv,
      {
        exit: run.exit,
        stdout: run.stdout,
        stderr: run.stderr,
        requests: list(run.requests.map(({ method, path, body }) => ({ m: method, path, body }))),
      },
      { exit: c.exit, stdout: c.stdout, stderr: c.stderr, requests: list(c.requests) },
    );
  }
  return score;
}

/** JSON with its keys in order, so that bodies compare by content. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

export const corpora: Record<string, (text: string, dir: string) => CorpusResult | Promise<CorpusResult>> = {
  'human-duration.jsonl': durations,
  'human-size.jsonl': sizes,
  'parse-size.jsonl': parsing,
  'create-request.jsonl': createRequests,
  'cli-render.jsonl': rendering,
};
