/** Edits that mend what a build check complains of, for the checks that allow one. */
import { shellWords } from './shell-words.ts';
import type { EditorEdit } from './context.ts';
import type { Dockerfile, Node, Token } from '../../simulator/dockerfile/node.ts';
import { tryParse } from './stages.ts';

export interface QuickFix {
  readonly title: string;
  readonly edits: readonly EditorEdit[];
}

const replace = (token: Token, text: string): EditorEdit => ({
  range: {
    line: token.range.start.line,
    column: token.range.start.column,
    endLine: token.range.end.line,
    endColumn: token.range.end.column,
  },
  text,
});
const nodeAt = (file: Dockerfile, line: number): Node | undefined =>
  file.nodes.find((n) => n.lines[0] <= line && line <= n.lines[1]);

const json = (words: readonly string[]): string => `[${words.map((w) => JSON.stringify(w)).join(', ')}]`;

/** Fixes for the finding `rule` (a check's name, '' for an error) with Docker's `message` on `line`. */
export function quickFixes(text: string, rule: string, message: string, line: number): QuickFix[] {
  const lines = text.split('\n');
  const suggestion = /\(did you mean \$?([\w-]+)\?\)$/.exec(message)?.[1];
  if (rule === '' && suggestion) {
    const wrong = /unknown instruction: (\S+)|unknown flag: (\S+)/.exec(message);
    const word = wrong?.[1] ?? wrong?.[2];
    const at = word === undefined ? -1 : (lines[line - 1] ?? '').indexOf(word);
    if (word === undefined || at < 0) return [];
    const next = wrong?.[2] !== undefined && !suggestion.startsWith('--') ? `--${suggestion}` : suggestion;
    return [
      {
        title: `Change to ${next}`,
        edits: [{ range: { line, column: at + 1, endLine: line, endColumn: at + 1 + word.length }, text: next }],
      },
    ];
  }
  const file = tryParse(text);
  const node = file && nodeAt(file, line);
  if (!file || !node) return [];
  const keyword = node.keyword.text;
  switch (rule) {
    case 'JSONArgsRecommended': {
      const [argument] = node.args;
      if (!argument || node.lines[0] !== node.lines[1]) return [];
      // ['a', 'b'] is a slip of the quotes; anything else is split as a shell would, or handed to one.
      const quoted = /^\[(.*)\]$/.exec(argument.text);
      const words = quoted
        ? quoted[1]!.split(',').map((w) => w.trim().replace(/^'(.*)'$/, '$1'))
        : shellWords(argument.text);
      return [
        ...(words ? [{ title: `Write ${keyword} as JSON`, edits: [replace(argument, json(words))] }] : []),
        ...(quoted
          ? []
          : [{ title: 'Keep the shell, as JSON', edits: [replace(argument, json(['/bin/sh', '-c', argument.text]))] }]),
      ];
    }
    case 'LegacyKeyValueFormat': {
      const [name, value] = node.args;
      if (!name || !value) return [];
      const text = /[\s"'\\]/.test(value.text) ? JSON.stringify(value.text) : value.text;
      return [
        {
          title: `Write ${name.text}=…`,
          edits: [
            {
              range: {
                line: name.range.start.line,
                column: name.range.start.column,
                endLine: value.range.end.line,
                endColumn: value.range.end.column,
              },
              text: `${name.text}=${text}`,
            },
          ],
        },
      ];
    }
    case 'ConsistentInstructionCasing': {
      const upper = /\(uppercase\)/.test(message);
      const next = upper ? keyword.toUpperCase() : keyword.toLowerCase();
      return [{ title: `Change to ${next}`, edits: [replace(node.keyword, next)] }];
    }
    case 'FromAsCasing': {
      const as = node.args[1];
      return as
        ? [
            {
              title: 'Write both keywords the same way',
              edits: [replace(as, keyword === keyword.toUpperCase() ? 'AS' : 'as')],
            },
          ]
        : [];
    }
    case 'StageNameCasing': {
      const name = node.args[2];
      return name
        ? [{ title: `Change to ${name.text.toLowerCase()}`, edits: [replace(name, name.text.toLowerCase())] }]
        : [];
    }
    case 'MaintainerDeprecated': {
      const [who] = node.args;
      return who
        ? [
            {
              title: 'Use a label',
              edits: [
                replace(node.keyword, 'LABEL'),
                replace(who, `org.opencontainers.image.authors=${JSON.stringify(who.text)}`),
              ],
            },
          ]
        : [];
    }
    case 'WorkdirRelativePath': {
      const [path] = node.args;
      return path ? [{ title: `Change to /${path.text}`, edits: [replace(path, `/${path.text}`)] }] : [];
    }
    case 'ExposeProtoCasing': {
      return [
        {
          title: 'Write the protocol in small letters',
          edits: node.args.filter((a) => a.text !== a.text.toLowerCase()).map((a) => replace(a, a.text.toLowerCase())),
        },
      ];
    }
    case 'ExposeInvalidFormat': {
      return [
        {
          title: 'Keep the container’s port only',
          edits: node.args
            .filter((a) => a.text.includes(':'))
            .map((a) => replace(a, a.text.slice(a.text.lastIndexOf(':') + 1))),
        },
      ];
    }
    case 'UndefinedVar':
    case 'UndefinedArgInFrom': {
      const wrong = /'\$?(\w+)'/.exec(message)?.[1];
      if (!suggestion || !wrong) return [];
      const edits: EditorEdit[] = [];
      for (let n = node.lines[0]; n <= node.lines[1]; n++) {
        for (const found of (lines[n - 1] ?? '').matchAll(new RegExp(`(\\$\\{?)${wrong}\\b`, 'g'))) {
          const column = found.index + found[1]!.length + 1;
          edits.push({ range: { line: n, column, endLine: n, endColumn: column + wrong.length }, text: suggestion });
        }
      }
      return [{ title: `Change to ${suggestion}`, edits }];
    }
    case 'NoEmptyContinuation': {
      const edits: EditorEdit[] = [];
      for (let n = node.lines[0] + 1; n <= node.lines[1]; n++) {
        if ((lines[n - 1] ?? '').trim() === '')
          edits.push({ range: { line: n, column: 1, endLine: n + 1, endColumn: 1 }, text: '' });
      }
      return [{ title: 'Remove the empty lines', edits }];
    }
    case 'RedundantTargetPlatform':
    case 'FromPlatformFlagConstDisallowed': {
      const flag = node.flags.find((f) => f.text.startsWith('--platform='));
      if (!flag) return [];
      const edit = replace(flag, '');
      return [
        {
          title: 'Remove --platform',
          edits: [{ ...edit, range: { ...edit.range, endColumn: edit.range.endColumn + 1 } }],
        },
      ];
    }
    default:
      return [];
  }
}
