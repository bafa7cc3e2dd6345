/** The fields of lessons as tables for the authoring guide, from the schemas that check them. */
import { z } from 'astro/zod';
import { lessonSchema } from './schema.ts';
import { needsSchema, taskSchema } from './task-schema.ts';

interface Field {
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Field>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Field[];
  readonly items?: Field;
}

const schemaOf = (schema: z.ZodType): Field => z.toJSONSchema(schema, { io: 'input', reused: 'inline' }) as Field;

/** The object a field holds: itself, or the first alternative that is one. */
function objectOf(field: Field): Field | undefined {
  if (field.properties) return field;
  for (const other of field.anyOf ?? []) {
    const found = objectOf(other);
    if (found) return found;
  }
  return undefined;
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

function table(head: string, rows: readonly (readonly [string, string])[]): string {
  return [
    `| ${head} | what it says |`,
    '| --- | --- |',
    ...rows.map(([name, text]) => `| ${name} | ${cell(text)} |`),
  ].join('\n');
}

function rowsOf(field: Field, skip: readonly string[] = []): [string, string][] {
  const required = new Set(field.required ?? []);
  return Object.entries(field.properties ?? {})
    .filter(([name]) => !skip.includes(name))
    .map(([name, { description = '', default: given, enum: values }]) => {
      const chosen = values ? ` One of ${values.map((v) => `\`${v}\``).join(', ')}.` : '';
      const otherwise =
        given === undefined || given === '' || (Array.isArray(given) && given.length === 0) || given === false
          ? ''
          : ` Without it: \`${String(given)}\`.`;
      return [`\`${name}\`${required.has(name) ? ' (needed)' : ''}`, `${description}${chosen}${otherwise}`];
    });
}

/** Front matter of index.mdx. */
export const frontMatterTable = (): string => table('field', rowsOf(schemaOf(lessonSchema)));

/** A task's own fields, then one table per kind of requirement. */
export function taskTables(): string {
  const kinds = Object.entries(schemaOf(needsSchema).properties ?? {});
  const own = table(
    'field of a task',
    rowsOf(
      schemaOf(taskSchema),
      kinds.map(([kind]) => kind),
    ),
  );
  const each = kinds.map(
    ([kind, field]) => `**\`${kind}\`** ${field.description ?? ''}\n\n${table('field', rowsOf(objectOf(field) ?? {}))}`,
  );
  return [own, ...each].join('\n\n');
}

/** Puts the tables between their marks in the guide's text. */
export function withTables(guide: string): string {
  const put = (text: string, name: string, body: string): string =>
    text.replace(
      new RegExp(`(<!-- ${name}: [^>]*-->\n).*?(<!-- end of ${name} -->)`, 's'),
      (_, start: string, end: string) => `${start}\n${body}\n\n${end}`,
    );
  return put(put(guide, 'front matter', frontMatterTable()), 'tasks', taskTables());
}
