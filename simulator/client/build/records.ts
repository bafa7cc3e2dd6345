/** Build records as `docker buildx history` speaks of them: status, duration, filters. */
import type { BuildRecordView } from '../../api/build-history.ts';
import { CliError } from '../cli/errors.ts';

/** `Completed`, `Error` or `Running`. */
export const recordStatus = (record: BuildRecordView): string =>
  record.completedAt === undefined ? 'Running' : record.error ? 'Error' : 'Completed';

/** A duration as buildx writes it. */
export function durationText(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)}s`;
  const seconds = Math.trunc(ms / 1000);
  return `${Math.trunc(seconds / 60)}m ${String(seconds % 60).padStart(2)}s`;
}

/** How long a build took, or has been running. */
export const buildDuration = ({ createdAt, completedAt }: BuildRecordView, now: number): string =>
  durationText((completedAt ?? now) - createdAt) + (completedAt === undefined ? '+' : '');

const UNITS: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 1e-3, µs: 1e-3, ns: 1e-6 };

/** Go's duration in ms; undefined for what is none. */
function readDuration(text: string): number | undefined {
  if (!/^[+-]?(\d+(\.\d*)?(h|ms|m|s|us|µs|ns))+$/.test(text)) return text === '0' ? 0 : undefined;
  let ms = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d*)?)(h|ms|m|s|us|µs|ns)/g))
    ms += Number(number) * UNITS[unit!]!;
  return text.startsWith('-') ? -ms : ms;
}

const word = (record: BuildRecordView): string => {
  if (record.completedAt === undefined) return 'running';
  if (!record.error) return 'completed';
  return record.error.message.includes('context canceled') ? 'canceled' : 'error';
};

type Matches = (record: BuildRecordView) => boolean;

function readFilter(text: string, now: number): Matches {
  const [, key = '', separator = '', value = ''] = /^(.*?)(!=|<=|>=|=|<|>)(.*)$/.exec(text) ?? [];
  if (separator === '') throw new CliError(`ERROR: invalid filter ${JSON.stringify(text)}`);
  if (key === 'ref' || key === 'repository' || key === 'status') {
    if (separator !== '=' && separator !== '!=') {
      throw new CliError(`ERROR: invalid separator for ${JSON.stringify(text)}, expected = or !=`);
    }
    return (record) => {
      const known = key === 'ref' ? record.ref : key === 'status' ? word(record) : '';
      if (separator === '!=') return known !== value;
      return key === 'status' ? known === value : known.includes(value);
    };
  }
  if (key !== 'startedAt' && key !== 'completedAt' && key !== 'duration') {
    throw new CliError(`ERROR: unsupported filter ${JSON.stringify(text)}`);
  }
  if (separator === '=' || separator === '!=') {
    throw new CliError(`ERROR: invalid separator for ${JSON.stringify(text)}, expected <=, <, >= or >`);
  }
  const duration = readDuration(value);
  const limit = key === 'duration' ? duration : duration === undefined ? Date.parse(value) : now - duration;
  if (limit === undefined || Number.isNaN(limit)) {
    throw new CliError(`ERROR: invalid ${key === 'duration' ? 'duration' : 'time'} ${value}`);
  }
  return ({ createdAt, completedAt }) => {
    const time =
      key === 'startedAt'
        ? createdAt
        : key === 'completedAt'
          ? (completedAt ?? 0)
          : (completedAt ?? createdAt) - createdAt;
    if (separator === '>=') return time >= limit;
    if (separator === '<=') return time <= limit;
    return separator === '>' ? time > limit : time < limit;
  };
}

/** Those that pass all filters; running ones first. */
export function selectRecords(
  records: readonly BuildRecordView[],
  filters: readonly string[],
  now: number,
): BuildRecordView[] {
  const tests = filters.map((text) => readFilter(text, now));
  const running = (record: BuildRecordView): number => (record.completedAt === undefined ? 0 : 1);
  return records
    .filter((record) => tests.every((matches) => matches(record)))
    .sort((a, b) => running(a) - running(b) || b.createdAt - a.createdAt);
}
