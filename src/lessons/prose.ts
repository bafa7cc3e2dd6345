/** What a lesson's MDX asks the machine for, in reading order: commands to type, quoted outputs, questions, hidden steps. */
import { defineMdastPlugin, mdxToJs } from 'satteri';
import { parse } from 'yaml';
import { quotedCommands, type Quoted } from './quoted.ts';
import { parseSession, type SessionStep } from '../../simulator/session/session-file.ts';

export interface Question {
  readonly ask: string;
  readonly run: string;
  /** The command whose output is the answer; without it the steps are asked for that the build runs. */
  readonly of?: string;
  /** Wrong answers of the author's. */
  readonly wrong: readonly string[];
}
export type ProseStep =
  | { readonly kind: 'command'; readonly run: string; readonly keys: readonly string[] }
  | {
      readonly kind: 'quote';
      readonly commands: readonly Quoted[];
      readonly keys: readonly string[];
      readonly value: string;
    }
  | { readonly kind: 'question'; readonly question: Question; readonly options: boolean }
  | { readonly kind: 'hidden'; readonly step: SessionStep };

/** Cuts the front matter off. */
export const body = (mdx: string): string => mdx.replace(/^---\n.*?\n---\n/s, '');

/** Reads a lesson's MDX. Throws where an attribute is neither a text nor a plain list. */
export async function proseSteps(mdx: string): Promise<ProseStep[]> {
  const found: ProseStep[] = [];
  const element = (node: { name: string | null; attributes: readonly object[] }): void => {
    if (node.name !== 'Cmd' && node.name !== 'Predict') return;
    const given = attributesOf(node.attributes as readonly Attribute[]);
    const run = String(given.run ?? '');
    if (node.name === 'Cmd') found.push({ kind: 'command', run, keys: strings(given.keys) });
    else
      found.push({
        kind: 'question',
        question: {
          ask: String(given.ask ?? ''),
          run,
          ...(given.of !== undefined && { of: String(given.of) }),
          wrong: strings(given.wrong),
        },
        options: given.options !== undefined,
      });
  };
  await mdxToJs(body(mdx), {
    mdastPlugins: [
      defineMdastPlugin({
        name: 'lesson-steps',
        code: (node) => {
          if (node.lang !== 'console') return;
          const keys = /keys="([^"]*)"/.exec(node.meta ?? '')?.[1];
          const lines = keys === undefined ? [] : keys.split(';').map((key) => key.trim());
          found.push({ kind: 'quote', commands: quotedCommands(node.value), keys: lines, value: node.value });
        },
        mdxJsxFlowElement: element,
        mdxJsxTextElement: element,
        mdxFlowExpression: (node) => {
          const text = /^\/\*\s*([@$].*?)\s*\*\/$/s.exec(node.value.trim())?.[1];
          if (text !== undefined) for (const step of parseSession(text).steps) found.push({ kind: 'hidden', step });
        },
      }),
    ],
  });
  return found;
}

type Attribute = { name: string; value: null | string | { value: string } };

function attributesOf(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ name, value }) => [name, literal(name, value)]));
}

/** Attribute values are texts or literals; a literal of JavaScript without templates is one of YAML, too. */
function literal(name: string, value: Attribute['value']): unknown {
  if (value === null || typeof value === 'string') return value;
  const template = /^`([^`$]*)`$/s.exec(value.value.trim());
  if (template) return template[1];
  try {
    return parse(value.value);
  } catch {
    throw new Error(`${name}={${value.value}} has to be a text or a list of texts`);
  }
}

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : value === undefined || value === null ? [] : [String(value)];
