/** apt's sources and the lists it keeps of them in /var/lib/apt/lists. */
import type { Sys } from '../../kernel/abi.ts';
import { isErrno } from '../../kernel/errno.ts';
import type { Io } from '../io.ts';
import { aptSize, candidateOf, parseStanzas, type Candidate } from './archive.ts';
import { writePadded } from './contents.ts';
import { download, fetchText } from './fetch.ts';

const LISTS = '/var/lib/apt/lists';

export interface Source {
  /** Without a slash at the end. */
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
}

function tryList(sys: Sys, path: string): string[] {
  try {
    return sys.readdir(path).map((entry) => entry.name);
  } catch (error) {
    if (!isErrno(error)) throw error;
    return [];
  }
}

/** Reads /etc/apt/sources.list and sources.list.d, in both forms. */
export function readSources(sys: Sys): Source[] {
  const out: Source[] = [];
  const add = (uri: string, suite: string, components: readonly string[]): void => {
    out.push({ uri: uri.replace(/\/$/, ''), suite, components });
  };
  const lines = (path: string): void => {
    for (const line of sys.readText(path).split('\n')) {
      const match = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s*(.*)$/.exec(line.trim());
      if (match) add(match[1]!, match[2]!, match[3]!.split(/\s+/).filter(Boolean));
    }
  };
  if (tryList(sys, '/etc/apt').includes('sources.list')) lines('/etc/apt/sources.list');
  for (const name of tryList(sys, '/etc/apt/sources.list.d').sort()) {
    const path = `/etc/apt/sources.list.d/${name}`;
    if (name.endsWith('.list')) lines(path);
    if (!name.endsWith('.sources')) continue;
    for (const stanza of parseStanzas(sys.readText(path))) {
      if (!/\bdeb\b/.test(stanza.get('Types') ?? '')) continue;
      const words = (key: string): string[] => (stanza.get(key) ?? '').split(/\s+/).filter(Boolean);
      for (const uri of words('URIs')) for (const suite of words('Suites')) add(uri, suite, words('Components'));
    }
  }
  return out;
}

const fileName = (url: string): string => `${LISTS}/${url.replace(/^https?:\/\//, '').replace(/\//g, '_')}`;

/** About how big the real indexes are, so that lists weigh in a layer what they weigh in reality. */
const INDEX_SIZE = 8_790_000;

/** `apt-get update`. Rejects nothing: failures become warnings, as apt treats them. */
export async function update(io: Io, quiet: boolean): Promise<number> {
  const { sys } = io;
  const say = async (text: string): Promise<void> => {
    if (!quiet) await io.out(text);
  };
  let number = 0;
  let total = 0;
  const began = sys.now();
  const failures: string[] = [];
  const got: { source: Source; component: string }[] = [];
  for (const source of readSources(sys)) {
    number++;
    const url = `${source.uri}/dists/${source.suite}/InRelease`;
    const fetched = await fetchText(sys, url);
    if ('failed' in fetched) {
      await say(`Err:${number} ${source.uri} ${source.suite} InRelease\n  ${fetched.failed}\n`);
      failures.push(`Failed to fetch ${url}  ${fetched.failed}`);
      continue;
    }
    const size = source.suite.includes('-') ? 52_000 : 151_000;
    await download(sys, size);
    total += size;
    const known = tryList(sys, LISTS).includes(fileName(url).slice(LISTS.length + 1));
    await say(
      `${known ? 'Hit' : 'Get'}:${number} ${source.uri} ${source.suite} InRelease${known ? '' : ` [${aptSize(size)}]`}\n`,
    );
    if (known) total -= size;
    sys.writeFile(fileName(url), fetched.text);
    if (!known) for (const component of source.components) got.push({ source, component });
  }
  for (const { source, component } of got) {
    const url = `${source.uri}/dists/${source.suite}/${component}/binary-amd64/Packages`;
    const fetched = await fetchText(sys, `${url}.xz`);
    if ('failed' in fetched) continue;
    number++;
    const size = fetched.text === '' ? 6_924 : INDEX_SIZE;
    await download(sys, size);
    total += size;
    await say(`Get:${number} ${source.uri} ${source.suite}/${component} amd64 Packages [${aptSize(size)}]\n`);
    const text = new TextEncoder().encode(fetched.text);
    await writePadded(sys, fileName(url), text, fetched.text === '' ? 0 : INDEX_SIZE * 2, 0o644);
  }
  if (total > 0) {
    const seconds = Math.max(1, Math.round((sys.now() - began) / 1000));
    await say(`Fetched ${aptSize(total)} in ${seconds}s (${aptSize(total / seconds)}/s)\n`);
  }
  await say('Reading package lists...\n');
  for (const failure of failures) await io.error(`W: ${failure}\n`);
  if (failures.length > 0)
    await io.error('W: Some index files failed to download. They have been ignored, or old ones used instead.\n');
  return 0;
}

/** What the kept lists offer, by name; the first source that has a package wins. */
export function candidates(sys: Sys): Map<string, Candidate> {
  const out = new Map<string, Candidate>();
  const files = new Set(tryList(sys, LISTS));
  for (const source of readSources(sys)) {
    for (const component of source.components) {
      const path = fileName(`${source.uri}/dists/${source.suite}/${component}/binary-amd64/Packages`);
      if (!files.has(path.slice(LISTS.length + 1))) continue;
      for (const stanza of parseStanzas(sys.readText(path))) {
        const candidate = candidateOf(stanza, `${source.uri} ${source.suite}/${component}`);
        if (!out.has(candidate.name)) out.set(candidate.name, candidate);
      }
    }
  }
  return out;
}
