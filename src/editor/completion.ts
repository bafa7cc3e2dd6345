/** What could be typed at a place in a Dockerfile. */
import type { EditorContext } from './context.ts';
import { INSTRUCTION_HELP } from './instruction-help.ts';
import { stagesOf, tryParse } from './stages.ts';

export interface Completion {
  readonly label: string;
  readonly kind: 'instruction' | 'flag' | 'image' | 'stage' | 'file' | 'variable';
  readonly insert: string;
  /** `insert` holds `$0`. */
  readonly snippet?: boolean;
  readonly detail?: string;
}

/** Images of the catalogue that are worth offering before anything was pulled. */
export const COMMON_IMAGES: readonly string[] = [
  'alpine',
  'alpine:3.22',
  'busybox',
  'debian:bookworm-slim',
  'debian:trixie-slim',
  'nginx',
  'nginx:alpine',
  'node:22-alpine',
  'node:22-slim',
  'postgres:17',
  'python:3.13-slim',
  'python:3.13-alpine',
  'redis',
  'scratch',
  'ubuntu',
  'ubuntu:24.04',
];

const plain = (labels: Iterable<string>, kind: Completion['kind'], detail?: string): Completion[] =>
  [...new Set(labels)].map((label) => ({ label, kind, insert: label, ...(detail !== undefined && { detail }) }));

/** Completions at `column` (from 1) of line `line` (from 1), and the column at which the word to replace begins. */
export function complete(
  text: string,
  line: number,
  column: number,
  context: EditorContext,
): { from: number; items: Completion[] } {
  const lines = text.split('\n');
  const before = (lines[line - 1] ?? '').slice(0, column - 1);
  const word = /\S*$/.exec(before)![0];
  const from = column - word.length;
  const previous = lines[line - 2] ?? '';
  const continued = /[^\\]\\\s*$/.test(previous);
  const file = tryParse(lines.slice(0, line - 1).join('\n'));
  const stages = file
    ? stagesOf(file)
        .map((s) => s.name)
        .filter(Boolean)
    : [];

  if (!continued && /^\s*\S*$/.test(before)) {
    const items = Object.entries(INSTRUCTION_HELP).map(([name, help]) => ({
      label: name,
      kind: 'instruction' as const,
      insert: help.snippet,
      snippet: true,
      detail: help.signature,
    }));
    return { from, items };
  }
  const keyword = /^\s*(?:ONBUILD\s+)?(\w+)/i.exec(continued ? '' : before)?.[1]?.toUpperCase() ?? '';
  const help = INSTRUCTION_HELP[keyword];

  const fromFlag = /^--from=(.*)$/.exec(word);
  if (fromFlag) {
    return {
      from: column - fromFlag[1]!.length,
      items: [...plain(stages, 'stage', 'stage'), ...plain([...context.images, ...COMMON_IMAGES], 'image', 'image')],
    };
  }
  if (word.startsWith('--') && help) {
    return {
      from,
      items: Object.entries(help.flags).map(([flag, detail]) => ({
        label: flag,
        kind: 'flag',
        insert: `${flag}=`,
        detail,
      })),
    };
  }
  const variable = /\$\{?(\w*)$/.exec(word);
  if (variable) {
    const names = new Set<string>();
    for (const node of file?.nodes ?? []) {
      const kind = node.keyword.text.toUpperCase();
      if (kind === 'ARG') for (const arg of node.args) names.add(arg.text.split('=')[0]!);
      else if (kind === 'ENV') node.args.forEach((arg, i) => i % 3 === 0 && names.add(arg.text));
    }
    return { from: column - variable[1]!.length, items: plain(names, 'variable') };
  }
  if (keyword === 'FROM' && !/\sAS\s/i.test(before)) {
    return {
      from,
      items: [
        ...plain(stages, 'stage', 'stage'),
        ...plain(context.images, 'image', 'on this machine'),
        ...plain(COMMON_IMAGES, 'image', 'Docker Hub'),
      ],
    };
  }
  if (keyword === 'COPY' || keyword === 'ADD') {
    if (/--from=\S+/.test(before)) return { from, items: [] };
    const folder = word.slice(0, word.lastIndexOf('/') + 1);
    const below = folder.replace(/^\.\//, '');
    const names = context.files
      .filter((path) => path.startsWith(below) && path !== below)
      .map((path) => path.slice(below.length))
      .filter((rest) => !/\/./.test(rest));
    return { from: column - (word.length - folder.length), items: plain(names, 'file') };
  }
  return { from, items: [] };
}
