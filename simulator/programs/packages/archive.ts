/** Packages as the Debian archive lists them: the index text that mirrors serve and apt keeps, and the dpkg database. */
import type { Sys } from '../../kernel/abi.ts';
import { isErrno } from '../../kernel/errno.ts';

/** Fields of one stanza, in the order they stand. */
export type Stanza = Map<string, string>;

/** Reads stanzas of `Key: value` lines; continuation lines belong to the field before. A NUL ends the text. */
export function parseStanzas(text: string): Stanza[] {
  const end = text.indexOf('\0');
  const out: Stanza[] = [];
  for (const part of (end < 0 ? text : text.slice(0, end)).split(/\n\n+/)) {
    const stanza: Stanza = new Map();
    let last = '';
    for (const line of part.split('\n')) {
      if (/^[ \t]/.test(line) && last !== '') stanza.set(last, `${stanza.get(last)!}\n${line}`);
      else {
        const colon = line.indexOf(':');
        if (colon <= 0) continue;
        last = line.slice(0, colon);
        stanza.set(last, line.slice(colon + 1).trim());
      }
    }
    if (stanza.size > 0) out.push(stanza);
  }
  return out;
}

export const formatStanzas = (stanzas: Iterable<Stanza>): string =>
  [...stanzas].map((stanza) => `${[...stanza].map(([key, value]) => `${key}: ${value}`).join('\n')}\n\n`).join('');

export interface Candidate {
  readonly name: string;
  readonly version: string;
  /** Installed size in kB. */
  readonly installed: number;
  /** Size of the archive file in bytes. */
  readonly size: number;
  readonly depends: readonly string[];
  readonly recommends: readonly string[];
  readonly replaces: readonly string[];
  readonly architecture: string;
  readonly description: string;
  /** URL of the archive and component, as `Get:` lines show them. */
  readonly source: string;
  readonly filename: string;
}

const names = (field: string | undefined): string[] =>
  (field ?? '')
    .split(',')
    .map((part) => part.trim().split(/[ (|:]/)[0]!)
    .filter((name) => name !== '');

export function candidateOf(stanza: Stanza, source: string): Candidate {
  return {
    name: stanza.get('Package')!,
    version: stanza.get('Version') ?? '',
    installed: Number(stanza.get('Installed-Size') ?? 0),
    size: Number(stanza.get('Size') ?? 0),
    depends: [...names(stanza.get('Pre-Depends')), ...names(stanza.get('Depends'))],
    recommends: names(stanza.get('Recommends')),
    replaces: names(stanza.get('Replaces')),
    architecture: stanza.get('Architecture') ?? 'amd64',
    description: stanza.get('Description') ?? '',
    source,
    filename: stanza.get('Filename') ?? '',
  };
}

const STATUS = '/var/lib/dpkg/status';

/** The dpkg database: what is installed. */
export class Database {
  readonly #sys: Sys;
  readonly stanzas: Map<string, Stanza>;
  constructor(sys: Sys) {
    this.#sys = sys;
    let text = '';
    try {
      text = sys.readText(STATUS);
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) throw error;
    }
    this.stanzas = new Map(parseStanzas(text).map((stanza) => [stanza.get('Package') ?? '', stanza]));
  }
  installed(name: string): Stanza | undefined {
    const stanza = this.stanzas.get(name);
    return stanza && /installed$/.test(stanza.get('Status') ?? '') && !/not-installed$/.test(stanza.get('Status') ?? '')
      ? stanza
      : undefined;
  }
  save(): void {
    const sorted = [...this.stanzas].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, stanza]) => stanza);
    this.#sys.writeFile(STATUS, formatStanzas(sorted));
  }
  /** Files a package has laid. */
  files(name: string): string[] {
    try {
      return this.#sys
        .readText(`/var/lib/dpkg/info/${name}.list`)
        .split('\n')
        .filter((line) => line !== '');
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) throw error;
      return [];
    }
  }
}

/** A size as apt prints it: `371 kB`, `22.5 MB`. */
export function aptSize(bytes: number): string {
  let size = bytes;
  for (const unit of ['', 'k', 'M', 'G']) {
    if (size < 100 && unit !== '') return `${size.toFixed(1)} ${unit}B`;
    if (size < 10_000) return `${size.toFixed(0)} ${unit}B`;
    size /= 1000;
  }
  return `${size.toFixed(1)} TB`;
}

/** Names of libraries carry their architecture in dpkg's messages (Multi-Arch: same). */
export const fullName = (name: string, architecture: string): string =>
  /^lib/.test(name) && architecture === 'amd64' ? `${name}:amd64` : name;
