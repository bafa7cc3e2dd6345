/** `docker events`. */
import { encodeFilters, valueTexts } from '../cli/api.ts';
import { CliError } from '../cli/errors.ts';
import type { Runner } from '../cli/spec.ts';
import { rfc3339Nano, timestamp } from '../format/time.ts';
import { Struct } from '../inspect/struct.ts';
import type { StructType } from '../inspect/types.ts';
import { Template, TemplateExecError, TemplateSyntaxError } from '../template/template.ts';
import type { Value } from '../template/values.ts';

interface Event {
  Type: string;
  Action: string;
  Actor: { ID: string; Attributes: Record<string, string> | null };
  time: number;
}

const ACTOR: StructType = {
  goType: 'events.Actor',
  fields: [
    ['ID', 'ID', 'string'],
    ['Attributes', 'Attributes', { kind: 'map', of: 'string' }],
  ],
};
const MESSAGE: StructType = {
  goType: 'events.Message',
  fields: [
    ['Type', 'Type', 'string'],
    ['Action', 'Action', 'string'],
    ['Actor', 'Actor', { kind: 'struct', type: ACTOR }],
    ['Scope', 'scope', 'string'],
    ['Time', 'time', 'int'],
    ['TimeNano', 'timeNano', 'int'],
  ],
};

/** Nanoseconds do not fit a double: they are read from the text. */
function nanos(raw: string): number {
  const digits = /"timeNano":\s*(\d+)/.exec(raw)?.[1] ?? '0';
  return Number(digits.slice(-9));
}

function line(event: Event, raw: string): string {
  const attributes = Object.entries(event.Actor.Attributes ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`);
  const head = `${rfc3339Nano(event.time, nanos(raw))} ${event.Type} ${event.Action} ${event.Actor.ID}`;
  return attributes.length === 0 ? head : `${head} (${attributes.join(', ')})`;
}

function parse(format: string): Template | undefined {
  if (format === '') return undefined;
  try {
    const template = new Template(format === 'json' ? '{{json .}}' : format);
    template.execute(new Struct(MESSAGE, {}));
    return template;
  } catch (error) {
    if (!(error instanceof TemplateSyntaxError) && !(error instanceof TemplateExecError)) throw error;
    throw new CliError(`Error parsing format: ${error.message}`, 64);
  }
}

function when(text: string, now: number): string | undefined {
  if (text === '') return undefined;
  try {
    return timestamp(text, now);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CliError(`failed to parse value as time or duration: ${JSON.stringify(text)}`);
  }
}

/** `docker events`. */
export const events: Runner = async (cli, flags) => {
  const template = parse(flags.string('format'));
  const answer = await cli.api.call('GET', '/events', {
    query: {
      since: when(flags.string('since'), cli.now()),
      until: when(flags.string('until'), cli.now()),
      filters: encodeFilters(flags.value('filter')),
    },
  });
  for await (const raw of valueTexts(answer.body)) {
    const event = JSON.parse(raw) as Event;
    if (template === undefined) await cli.print(line(event, raw));
    else if (flags.string('format') === 'json') await cli.print(raw.trim());
    else await cli.print(template.execute(new Struct(MESSAGE, event as unknown as { readonly [key: string]: Value })));
  }
  return 0;
};
