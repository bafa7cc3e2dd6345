/** The npm index of the simulated internet: what it answers for a package's name, and for one version's archive. */
import type { HttpHandler } from '../../../http/http.ts';
import { NPM_COMMANDS, NPM_TABLE } from './table.ts';
import { NPM_SOURCES } from './sources.ts';
import { compareVersions } from './versions.ts';

/** One version as the index describes it. */
export interface NpmVersion {
  readonly name: string;
  readonly version: string;
  readonly main?: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly dist: { readonly tarball: string; readonly unpackedSize: number };
  readonly deprecated?: string;
}
export interface NpmDocument {
  readonly name: string;
  readonly 'dist-tags': { readonly latest: string };
  readonly versions: Readonly<Record<string, NpmVersion>>;
}

/** An archive on the simulated wire: its text files, and how many bytes lie beside them. */
export interface NpmArchive {
  readonly files: Readonly<Record<string, string>>;
  readonly filler: number;
  readonly commands: readonly string[];
}

const REGISTRY = 'https://registry.npmjs.org';

interface Row {
  readonly version: string;
  readonly size: number;
  readonly needs: Readonly<Record<string, string>>;
}

let table: Map<string, Row[]> | undefined;
function rows(): Map<string, Row[]> {
  if (table) return table;
  table = new Map();
  for (const line of NPM_TABLE.trim().split('\n')) {
    const [name, version, size, needs] = line.split(' ') as [string, string, string, string | undefined];
    const list = (needs ?? '').split(',').filter(Boolean);
    const dependencies = Object.fromEntries(
      list.map((need) => [need.slice(0, need.lastIndexOf('@')), need.slice(need.lastIndexOf('@') + 1)]),
    );
    table.set(name, [...(table.get(name) ?? []), { version, size: Number(size) * 1000, needs: dependencies }]);
  }
  return table;
}

const mainOf = (name: string): string => NPM_SOURCES[name]?.main ?? 'index.js';

function describe(name: string, { version, size, needs }: Row): NpmVersion {
  const commands = NPM_COMMANDS[name];
  return {
    name,
    version,
    main: mainOf(name),
    ...(commands && { bin: Object.fromEntries(commands.map((command) => [command, `bin/${command}`])) }),
    ...(Object.keys(needs).length && { dependencies: needs }),
    dist: {
      tarball: `${REGISTRY}/${name}/-/${name.replace(/^@.*\//, '')}-${version}.tgz`,
      unpackedSize: size,
    },
    ...(name === 'left-pad' && { deprecated: 'use String.prototype.padStart()' }),
  };
}

function documentOf(name: string): NpmDocument | undefined {
  const list = rows().get(name);
  if (!list) return undefined;
  const latest = list
    .map((row) => row.version)
    .sort(compareVersions)
    .at(-1)!;
  return {
    name,
    'dist-tags': { latest },
    versions: Object.fromEntries(list.map((row) => [row.version, describe(name, row)])),
  };
}

function archiveOf(name: string, version: string): NpmArchive | undefined {
  const row = rows()
    .get(name)
    ?.find((r) => r.version === version);
  if (!row) return undefined;
  const { dist: _, deprecated: __, ...described } = describe(name, row);
  const code =
    NPM_SOURCES[name]?.code ??
    `'use strict';\nthrow new Error("the code of the package '${name}' is not simulated on this machine");\n`;
  const files: Record<string, string> = {
    'package.json': `${JSON.stringify({ ...described, license: 'MIT' }, undefined, 2)}\n`,
    'README.md': `# ${name}\n`,
    [mainOf(name)]: code,
  };
  const written = Object.values(files).reduce((n, text) => n + text.length, 0);
  return { files, filler: Math.max(0, row.size - written), commands: NPM_COMMANDS[name] ?? [] };
}

/** What the index answers. */
export const npmRegistry: HttpHandler = async ({ path }) => {
  const json = (status: number, value: unknown): { status: number; headers: Record<string, string>; body: string } => ({
    status,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(value),
  });
  const text = decodeURIComponent(path.replace(/^\/|\?.*$/g, ''));
  const archive = /^(.+)\/-\/[^/]+?-(\d+\.\d+\.\d+[^/]*)\.tgz$/.exec(text);
  if (archive) {
    const found = archiveOf(archive[1]!, archive[2]!);
    return found ? json(200, found) : json(404, { error: 'Not found' });
  }
  const found = documentOf(text);
  return found ? json(200, found) : json(404, { error: 'Not found' });
};
