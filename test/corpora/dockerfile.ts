/**
 * How the Dockerfile front end fares on recorded and third-party cases. Each function gets the text of its file (or '' for
 * a folder) and the folder of the corpora.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Linter } from '../../simulator/dockerfile/checks.ts';
import { PatternMatcher, readIgnoreFile } from '../../simulator/dockerfile/ignore.ts';
import { toStages } from '../../simulator/dockerfile/instruct.ts';
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
  instruction_error?: string;
  stages?: string[];
  meta_args?: number;
  commands?: number;
  lint?: string[];
  warnings?: string[];
}

/** All that the recording holds of a file. */
function outcome(source: string): Omit<AstRecord, 'path'> {
  const file = attempt(() => parse(source));
  if ('error' in file) return { parse_error: file.error, meta_args: 0, commands: 0 };
  const base = { ast: dump(file), escape: file.escape };
  const linter = new Linter();
  const parsed = attempt(() => toStages(file, linter));
  const warnings = file.emptyContinuations.map((e) => `Empty continuation line found in: ${e.text}`);
  const found = linter.warnings.map((w) => `${w.rule}|${w.message}|${w.lines[0]}`);
  const more = {
    ...(found.length > 0 ? { lint: found } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
  if ('error' in parsed) return { ...base, instruction_error: parsed.error, meta_args: 0, commands: 0, ...more };
  return {
    ...base,
    stages: parsed.stages.map((s) => `${s.from.base}|${s.from.stage}`),
    meta_args: parsed.metaArgs.length,
    commands: parsed.stages.reduce((n, s) => n + s.commands.length, 0),
    ...more,
  };
}

function dockerignore(text: string): CorpusResult {
  const score = new Score();
  type Case = { file: string; error: string | null; excluded?: Record<string, boolean> };
  for (const c of records<Case>(text)) {
    const matcher = attempt(() => new PatternMatcher(readIgnoreFile(c.file)));
    if ('error' in matcher) {
      score.check(JSON.stringify(c.file), matcher.error, c.error);
      continue;
    }
    for (const [path, excluded] of Object.entries(c.excluded ?? {})) {
      score.check(`${JSON.stringify(c.file)} ${path}`, matcher.matches(path), excluded);
    }
  }
  return score;
}

function negative(_: string, dir: string): CorpusResult {
  const score = new Score();
  const root = join(dir, 'buildkit/parser/testfiles-negative');
  for (const name of readdirSync(root).sort()) {
    const got = attempt(() => dump(parse(readFileSync(join(root, name, 'Dockerfile'), 'utf8'))));
    score.check(name, typeof got === 'string' ? got : 'error', 'error');
  }
  return score;
}

function astCorpus(text: string, dir: string): CorpusResult {
  const score = new Score();
  for (const c of records<AstRecord>(text)) {
    const source = readFileSync(join(dir, 'dockerfiles', c.path), 'utf8');
    const { path, ...wanted } = c;
    score.check(path, outcome(source), wanted);
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
  'buildkit/parser/testfiles-negative': negative,
  'dockerignore.jsonl': dockerignore,
  'shell-lex.jsonl': shellLex,
  'buildkit/shell/envVarTest': envVarTest,
  'buildkit/shell/wordsTest': wordsTest,
};
