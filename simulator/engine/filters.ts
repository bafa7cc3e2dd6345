import { invalid } from './errors.ts';
import { parseMoment } from './time.ts';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The `filters` parameter of list and prune calls: each name with the values given for it. */
export class Filters {
  readonly #values: ReadonlyMap<string, readonly string[]>;
  constructor(values: ReadonlyMap<string, readonly string[]>) {
    this.#values = values;
  }

  /** Reads the JSON of the parameter: `{"label":{"a":true}}`, or the old `{"label":["a"]}`. */
  static parse(text: string | null): Filters {
    if (text === null || text === '') return new Filters(new Map());
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      throw invalid('invalid filter');
    }
    if (!isObject(json)) throw invalid('invalid filter');
    const values = new Map<string, string[]>();
    for (const [name, given] of Object.entries(json)) {
      if (Array.isArray(given)) values.set(name, given.map(String));
      else if (isObject(given)) values.set(name, Object.keys(given));
      else throw invalid('invalid filter');
    }
    return new Filters(values);
  }

  /** Throws Docker's text for the first name that is not among `accepted`. */
  validate(accepted: readonly string[]): void {
    for (const name of this.#values.keys()) if (!accepted.includes(name)) throw invalid(`invalid filter '${name}'`);
  }
  get(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }
  has(name: string): boolean {
    return this.get(name).length > 0;
  }

  /** Whether one of the values equals `text`; true where the filter is not given. */
  exact(name: string, text: string): boolean {
    return !this.has(name) || this.get(name).includes(text);
  }

  /** Whether one of the values, as a regular expression or literally, is found in `text`. */
  match(name: string, text: string): boolean {
    return !this.has(name) || this.get(name).some((value) => value === text || pattern(value).test(text));
  }

  /** Whether one of the values is a prefix of one of `texts`. */
  prefix(name: string, ...texts: readonly string[]): boolean {
    return !this.has(name) || this.get(name).some((value) => texts.some((text) => text.startsWith(value)));
  }

  /** `label` and `label!`: every `key` or `key=value` of the first must hold, none of the second. */
  labels(labels: Readonly<Record<string, string>> | null | undefined): boolean {
    const holds = (condition: string): boolean => {
      const [key, ...rest] = condition.split('=');
      const value = labels?.[key!];
      return value !== undefined && (rest.length === 0 || value === rest.join('='));
    };
    return this.get('label').every(holds) && !this.get('label!').some(holds);
  }

  /** true, false, or undefined where it is not given. Throws for other values. */
  boolean(name: string): boolean | undefined {
    const values = this.get(name);
    if (values.length === 0) return undefined;
    const read = values.map((value) => {
      if (['1', 'true', 'True', 'TRUE', 't', 'T'].includes(value)) return true;
      if (['0', 'false', 'False', 'FALSE', 'f', 'F'].includes(value)) return false;
      throw invalid(`invalid filter '${name}=[${values.join(' ')}]'`);
    });
    if (read.some((value) => value !== read[0])) throw invalid(`invalid filter '${name}=[${values.join(' ')}]'`);
    return read[0];
  }

  /** The moment `until` names, or undefined. */
  until(now: number): number | undefined {
    const values = this.get('until');
    if (values.length > 1) throw invalid(`more than one until filter specified`);
    return values.length === 0 ? undefined : parseMoment(values[0]!, now);
  }
}

function pattern(value: string): RegExp {
  try {
    return new RegExp(value);
  } catch {
    return new RegExp(value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  }
}

/** Go's boolean query parameters: everything but the empty text and the words for no is true. */
export const truthy = (value: string | null): boolean =>
  !['', '0', 'no', 'false', 'none'].includes((value ?? '').toLowerCase().trim());
