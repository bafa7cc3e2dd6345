/** Lists of objects as `--format` prints them: table, json or a template per row. */
import { CliError } from '../cli/errors.ts';
import { HEADER_FUNCTIONS } from '../template/functions.ts';
import { Template, TemplateExecError, TemplateSyntaxError } from '../template/template.ts';
import { GoObject, printInner, type Member, type Value } from '../template/values.ts';
import { tabulate } from './tabwriter.ts';

/** What a column is: its heading, and its text for one object. */
export type Column<T> = readonly [header: string, value: (item: T) => Value];

/** The fields a list offers to templates, by name. */
export interface RowType<T> {
  /** Go's name of the row type, for error texts. */
  readonly goType: string;
  readonly columns: Readonly<Record<string, Column<T>>>;
  /** `.Label "key"`. */
  readonly label?: (item: T, key: string) => string;
}

/** One object of a list, as a template sees it. */
export class Row<T> extends GoObject {
  private readonly type: RowType<T>;
  private readonly item: T;
  /** Names of the fields a template asked for. */
  readonly used = new Set<string>();
  /** Rows marshal themselves, with <, > and & escaped. */
  readonly escaped = true;

  constructor(type: RowType<T>, item: T) {
    super();
    this.type = type;
    this.item = item;
  }
  get goType(): string {
    return this.type.goType;
  }
  member(name: string): Member | undefined {
    this.used.add(name);
    const column = Object.hasOwn(this.type.columns, name) ? this.type.columns[name] : undefined;
    if (column !== undefined) return { kind: 'method', arity: 0, call: () => column[1](this.item) };
    const { label } = this.type;
    if (name === 'Label' && label !== undefined) {
      return { kind: 'method', arity: 1, call: ([key]) => label(this.item, String(key)) };
    }
    return undefined;
  }
  toJson(): unknown {
    return Object.fromEntries(Object.entries(this.type.columns).map(([name, column]) => [name, column[1](this.item)]));
  }
  print(): string {
    return `&{${Object.values(this.type.columns)
      .map((column) => printInner(column[1](this.item)))
      .join(' ')}}`;
  }
}

/** The headings, as a template of a table's first line sees them. */
class Headings<T> extends GoObject {
  readonly goType = 'formatter.SubHeaderContext';
  private readonly type: RowType<T>;
  constructor(type: RowType<T>) {
    super();
    this.type = type;
  }
  member(name: string): Member {
    if (name === 'Label') {
      return {
        kind: 'method',
        arity: 1,
        call: ([key]) => (String(key).split('.').at(-1) ?? '').replace(/[-_]/g, ' '),
      };
    }
    const column = Object.hasOwn(this.type.columns, name) ? this.type.columns[name] : undefined;
    return { kind: 'field', value: column?.[0] };
  }
  toJson(): unknown {
    return Object.fromEntries(Object.entries(this.type.columns).map(([name, column]) => [name, column[0]]));
  }
  print(): string {
    const entries = Object.entries(this.type.columns).sort(([a], [b]) => (a < b ? -1 : 1));
    return `map[${entries.map(([name, column]) => `${name}:${column[0]}`).join(' ')}]`;
  }
}

/** The template inside a format: without `table`, with `\t` and `\n` as characters. */
export function templateText(format: string): string {
  if (format === 'table') return '';
  if (format === 'json') return '{{json .}}';
  const body = format.startsWith('table') ? format.slice('table'.length) : format;
  return body
    .replace(/^ +| +$/g, '')
    .replace(/\\t/g, '\t')
    .replace(/\\n/g, '\n');
}

/** Parses a template for `--format`; throws docker's error. */
export function parseFormat(text: string, prefix = 'template parsing error: '): Template {
  try {
    return new Template(text);
  } catch (error) {
    if (error instanceof TemplateSyntaxError) throw new CliError(prefix + error.message);
    throw error;
  }
}

/** Runs a template on a value; throws docker's error. */
export function runFormat(template: Template, value: Value, prefix = 'template parsing error: '): string {
  try {
    return template.execute(value);
  } catch (error) {
    if (error instanceof TemplateExecError) throw new CliError(prefix + error.message);
    throw error;
  }
}

/** The output for `items` under `format` (already without docker's short names such as `table` alone). */
export function formatRows<T>(format: string, type: RowType<T>, items: readonly T[], minWidth = 10): string {
  const template = parseFormat(templateText(format));
  const rows = items.map((item) => `${runFormat(template, new Row(type, item))}\n`);
  if (!format.startsWith('table')) return rows.join('');
  const header = template.execute(new Headings(type), { functions: HEADER_FUNCTIONS });
  return tabulate(`${header}\n${rows.join('')}`, { minWidth });
}

/** `--format` as given, or what stands for it: the table when there is none (or `table`), ids with `-q`. */
export function chooseFormat(given: string, quiet: boolean, table: string, quietFormat = '{{.ID}}'): string {
  if (given === '' || given === 'table') return quiet ? quietFormat : table;
  return quiet ? quietFormat : given;
}
