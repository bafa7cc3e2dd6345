/**
 * How the Dockerfile front end fares on recorded and third-party cases. Each function gets the text of its file (or '' for
 * a folder) and the folder of the corpora.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { dump } from '../../simulator/dockerfile/node.ts';
import { parse } from '../../simulator/dockerfile/parser.ts';
import { lex, variables } from '../../simulator/dockerfile/lex.ts';

export interface CorpusResult {
  passed: number;
  total: number;
  failures: string[];
}

class Score implements CorpusResult {
  passed = 0;
  total = 0;
  failures: string[] = [];
  check(name: string, got: unknown, wanted: unknown): void {
    this.total++;
    if (isDeepStrictEqual(got, wanted)) this.passed++;
    else this.failures.push(`${name}\n  wanted ${JSON.stringify(wanted)}\n  got    ${JSON.stringify(got)}`);
  }
}

const records = <T>(text: string): T[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);

const attempt = <T>(work: () => T): T | { error: string } => {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error) return { error: error.message };
    throw error;
  }
};

function shellLex(text: string): CorpusResult {
  const score = new Score();
  type Case = {
    word: string;
    escape: string;
    env: Record<string, string>;
    result?: string;
    words?: string[] | null;
    unmatched?: string[];
    error?: string;
  };
  for (const c of records<Case>(text)) {
    const got = attempt(() => {
      const r = lex(c.word, variables(Object.entries(c.env)), { escape: c.escape });
      return { result: r.text, words: r.words, unmatched: [...r.unmatched].sort() };
    });
    const wanted =
      c.error === undefined
        ? { result: c.result, words: c.words ?? [], unmatched: [...(c.unmatched ?? [])].sort() }
        : { error: c.error };
    score.check(c.word, got, wanted);
  }
  return score;
}

function envVarTest(text: string): CorpusResult {
  const score = new Score();
  const env = variables([
    ['PWD', '/home'],
    ['SHELL', 'bash'],
    ['KOREAN', '한국어'],
    ['NULL', ''],
  ]);
  for (const line of text.split('\n')) {
    if (line.startsWith('#') || line.trim() === '') continue;
    const [platform, word, expected] = line.trim().split('|') as [string, string, string];
    if (platform.trim() === 'W') continue;
    const got = attempt(() => lex(word.trim(), env).text);
    score.check(line, typeof got === 'string' ? got : 'error', expected.trim());
  }
  return score;
}

function wordsTest(text: string): CorpusResult {
  const score = new Score();
  const env: [string, string][] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('#') || line === '') continue;
    if (line.startsWith('ENV ')) {
      const [name, ...value] = line.slice(4).split('=');
      env.push([name!, value.join('=')]);
      continue;
    }
    const [word, expected] = line.split('|') as [string, string];
    const got = attempt(() => lex(word.trim(), variables(env)).words);
    score.check(line, Array.isArray(got) ? got : ['error'], expected.replace(/^ +/, '').split(','));
  }
  return score;
}

interface AstRecord {
  path: string;
  ast?: string;
  escape?: string;
  parse_error?: string;
  error?: string;
}

function astCorpus(text: string, dir: string): CorpusResult {
  const score = new Score();
  for (const c of records<AstRecord>(text)) {
    const source = readFileSync(join(dir, 'dockerfiles', c.path), 'utf8');
    const got = attempt(() => dump(parse(source)));
    score.check(c.path, got, c.ast);
  }
  return score;
}

function parserFiles(_: string, dir: string): CorpusResult {
  const score = new Score();
  const root = join(dir, 'buildkit/parser/testfiles');
  for (const name of readdirSync(root).sort()) {
    const got = attempt(() => dump(parse(readFileSync(join(root, name, 'Dockerfile'), 'utf8'))));
    score.check(name, got, readFileSync(join(root, name, 'result'), 'utf8').trimEnd());
  }
  return score;
}

export const corpora: Record<string, (text: string, dir: string) => CorpusResult> = {
  'dockerfile-ast.jsonl': astCorpus,
  'buildkit/parser/testfiles': parserFiles,
  'shell-lex.jsonl': shellLex,
  'buildkit/shell/envVarTest': envVarTest,
  'buildkit/shell/wordsTest': wordsTest,
};
