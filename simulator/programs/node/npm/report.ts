/** How npm speaks: its errors with the log's name at the end, and what it says when all went well. */
import { isErrno } from '../../../kernel/errno.ts';
import type { Sys } from '../../../kernel/abi.ts';
import { compareVersions } from './versions.ts';

/** An error npm reports: the lines after `npm error`, and the exit code. */
export class NpmFailure extends Error {
  readonly lines: readonly string[];
  readonly exit: number;
  readonly logged: boolean;
  constructor(lines: readonly string[], exit = 1, logged = true) {
    super(lines.join('\n'));
    this.lines = lines;
    this.exit = exit;
    this.logged = logged;
  }
}

const textOf = (sys: Sys, path: string): string | undefined => {
  try {
    return sys.readText(path);
  } catch (error) {
    if (isErrno(error)) return undefined;
    throw error;
  }
};

/** npm's own version: what its package says. */
export function npmVersion(sys: Sys): string {
  for (const at of ['/usr/local/lib/node_modules/npm', '/usr/lib/node_modules/npm', '/usr/share/nodejs/npm']) {
    const told = /"version": "([^"]+)"/.exec(textOf(sys, `${at}/package.json`) ?? '')?.[1];
    if (told) return told;
  }
  return textOf(sys, '/etc/alpine-release') === undefined ? '9.2.0' : '11.3.0';
}

/** The first words of every line of an error: they changed with npm 10.6. */
const label = (sys: Sys): string => (compareVersions(npmVersion(sys), '10.6.0') < 0 ? 'npm ERR!' : 'npm error');

export const cacheDir = (sys: Sys): string =>
  sys.env.npm_config_cache ?? sys.env.NPM_CONFIG_CACHE ?? `${sys.env.HOME ?? '/root'}/.npm`;

/** Prints an error; resolves to the exit code. */
export async function reportFailure(sys: Sys, failure: NpmFailure): Promise<number> {
  const stamp = new Date(sys.now()).toISOString().replace(/[:.]/g, '_');
  const lines = [...failure.lines];
  if (failure.logged)
    lines.push(`A complete log of this run can be found in: ${cacheDir(sys)}/_logs/${stamp}-debug-0.log`);
  const start = label(sys);
  await sys.write(2, lines.map((line) => `${line === '' ? start : `${start} ${line}`}\n`).join(''));
  return failure.exit;
}

/** A failed call on a file, as npm tells it. */
export function fileFailure(error: unknown, syscall: string, path: string): NpmFailure {
  if (!isErrno(error)) throw error;
  const words = error.code === 'EACCES' ? 'permission denied' : error.message.toLowerCase();
  const lines = [
    `code ${error.code}`,
    `syscall ${syscall}`,
    `path ${path}`,
    `errno -${error.number}`,
    `Error: ${error.code}: ${words}, ${syscall} '${path}'`,
    '{',
    `  errno: -${error.number},`,
    `  code: '${error.code}',`,
    `  syscall: '${syscall}',`,
    `  path: '${path}'`,
    '}',
  ];
  if (error.code === 'EACCES')
    lines.push(
      '',
      'The operation was rejected by your operating system.',
      'It is likely you do not have the permissions to access this file as the current user',
      '',
      'If you believe this might be a permissions issue, please double-check the',
      'permissions of the file and its containing directories, or try running',
      'the command again as root/Administrator.',
    );
  return new NpmFailure(lines, (256 - error.number) & 255);
}

/** A time as npm rounds it. */
export const took = (ms: number): string => (ms >= 1000 ? `${Math.round(ms / 1000)}s` : `${Math.round(ms)}ms`);

/** What npm says of a newer npm, where there is a newer major one. */
export function updateNotice(sys: Sys): string {
  const now = npmVersion(sys);
  const latest = '11.6.2';
  if (Number(now.split('.')[0]) >= 11) return '';
  return `npm notice\nnpm notice New major version of npm available! ${now} -> ${latest}\nnpm notice Changelog: https://github.com/npm/cli/releases/tag/v${latest}\nnpm notice To update run: npm install -g npm@${latest}\nnpm notice\n`;
}
