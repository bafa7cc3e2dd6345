/** Session files: lists of commands with the files they work on (the format is described in docs/sessions.md). */

export type SessionStep =
  /** A command for the host's shell; `tty` runs it on a terminal, where each line of `stdin` is typed when it falls silent. */
  | { readonly kind: 'run'; readonly command: string; readonly tty: boolean; readonly stdin: readonly string[] }
  /** Lays the files under `@NAME/` over the folder. */
  | { readonly kind: 'use'; readonly name: string }
  | { readonly kind: 'touch'; readonly path: string }
  | { readonly kind: 'rm'; readonly path: string }
  | { readonly kind: 'sleep'; readonly seconds: number };

export interface SessionFile {
  readonly title: string;
  /** Images that are pulled before the first step. */
  readonly images: readonly string[];
  readonly steps: readonly SessionStep[];
  readonly files: Readonly<Record<string, string>>;
  /** Files kept aside for `@use NAME`. */
  readonly sets: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A line that cannot be read; `message` names it. */
export class SessionSyntaxError extends Error {}

const KEYS: Record<string, string> = { '^C': '\x03', '^D': '\x04', '^Z': '\x1a', '^\\': '\x1c', '^P^Q': '\x10\x11' };

/** What a typed line sends to the terminal: its text and Enter, or the key it names. */
export const typed = (line: string): string => KEYS[line] ?? `${line}\r`;

/** Reads a session file. Throws SessionSyntaxError with the line's number. */
export function parseSession(text: string): SessionFile {
  const lines = text.split('\n');
  const steps: SessionStep[] = [];
  const files: Record<string, string> = {};
  const sets: Record<string, Record<string, string>> = {};
  let title = '';
  const images: string[] = [];
  let n = 0;
  for (; n < lines.length; n++) {
    const line = lines[n]!;
    if (/^-- .+ --$/.test(line)) break;
    const head = /^# (title|images): *(.*)$/.exec(line);
    if (head?.[1] === 'title') title = head[2]!;
    else if (head?.[1] === 'images') images.push(...head[2]!.split(/\s+/).filter(Boolean));
    else if (line.startsWith('#') || line.trim() === '') continue;
    else if (line.startsWith('$tty ')) steps.push({ kind: 'run', command: line.slice(5), tty: true, stdin: [] });
    else if (line.startsWith('$ ')) steps.push({ kind: 'run', command: line.slice(2), tty: false, stdin: [] });
    else if (line.startsWith('<')) {
      const last = steps.at(-1);
      if (last?.kind !== 'run') throw new SessionSyntaxError(`line ${n + 1}: input without a command`);
      steps[steps.length - 1] = { ...last, stdin: [...last.stdin, line.replace(/^< ?/, '')] };
    } else steps.push(directive(line, n));
  }
  while (n < lines.length) {
    const path = /^-- (.+) --$/.exec(lines[n]!)![1]!;
    const start = ++n;
    while (n < lines.length && !/^-- .+ --$/.test(lines[n]!)) n++;
    const body = lines.slice(start, n).join('\n') + (n < lines.length && n > start ? '\n' : '');
    const aside = /^@([^/]+)\/(.+)$/.exec(path);
    if (aside) (sets[aside[1]!] ??= {})[aside[2]!] = body;
    else files[path] = body;
  }
  return { title, images, steps, files, sets };
}

function directive(line: string, n: number): SessionStep {
  const [, word, rest = ''] = /^@(\w+) *(.*)$/.exec(line) ?? [];
  switch (word) {
    case 'use':
      return { kind: 'use', name: rest };
    case 'touch':
      return { kind: 'touch', path: rest };
    case 'rm':
      return { kind: 'rm', path: rest };
    case 'sleep':
      return { kind: 'sleep', seconds: Number(rest) };
    default:
      throw new SessionSyntaxError(`line ${n + 1}: cannot read “${line}”`);
  }
}
