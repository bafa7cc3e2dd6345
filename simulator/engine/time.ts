import type { Clock } from '../kernel/kernel.ts';
import { invalid } from './errors.ts';

/**
 * Points in time as the daemon records them: milliseconds since the epoch with a fraction, strictly increasing, so that
 * records made in the same virtual millisecond keep their order.
 */
export class Instants {
  readonly #clock: Clock;
  #last = 0;
  #step = 0;
  constructor(clock: Clock) {
    this.#clock = clock;
  }
  /** Now, later than every instant given before. */
  now(): number {
    // The fraction only makes the digits look like a clock's; 1/4096 ms is what a double can tell apart at this size.
    this.#step = (this.#step * 1229 + 397) % 2048;
    this.#last = Math.max(Math.floor(this.#clock.now()) + this.#step / 8192, this.#last + 1 / 2048);
    return this.#last;
  }
}

/** Go's zero time. */
export const ZERO_TIME = '0001-01-01T00:00:00Z';

/** RFC 3339 with nanoseconds, trailing zeros dropped (Go's RFC3339Nano). */
export function rfc3339(ms: number): string {
  const whole = Math.floor(ms);
  const base = new Date(whole).toISOString();
  const nanos = base.slice(20, 23) + String(Math.floor((ms - whole) * 1e6)).padStart(6, '0');
  const digits = nanos.replace(/0+$/, '');
  return `${base.slice(0, 19)}${digits === '' ? '' : `.${digits}`}Z`;
}

/** RFC 3339 in whole seconds. */
export const rfc3339Seconds = (ms: number): string => `${new Date(Math.floor(ms)).toISOString().slice(0, 19)}Z`;

/** RFC 3339 with exactly nine digits of a second, as log lines carry them. */
export function rfc3339Fixed(ms: number): string {
  const whole = Math.floor(ms);
  const base = new Date(whole).toISOString();
  return `${base.slice(0, 23)}${String(Math.floor((ms - whole) * 1e6)).padStart(6, '0')}Z`;
}

const UNITS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60000, h: 3600000 };

/** A Go duration (`1h30m`) in milliseconds, or undefined where the text is none. */
export function parseDuration(text: string): number | undefined {
  const match = /^([+-]?)((?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/.exec(text);
  if (match === null) return text === '0' ? 0 : undefined;
  let total = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g))
    total += Number(number) * UNITS[unit!]!;
  return match[1] === '-' ? -total : total;
}

/** Milliseconds since the epoch of `seconds[.nanoseconds]`. Throws Docker's text. */
export function parseUnix(text: string): number {
  const match = /^(-?\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) throw invalid(`invalid seconds "${text}": invalid syntax`);
  return Number(match[1]) * 1000 + Number(`0.${match[2] ?? '0'}`) * 1000;
}

/** Reads a point in time as `until` filters take it: Unix seconds, an RFC 3339 time, or how long ago. */
export function parseMoment(text: string, now: number): number {
  if (/^-?\d+(\.\d+)?$/.test(text)) return parseUnix(text);
  const ago = parseDuration(text);
  if (ago !== undefined) return now - ago;
  const match = /^\d{4}-\d\d-\d\d(T\d\d(:\d\d(:\d\d(\.\d+)?)?)?)?(Z|[+-]\d\d:\d\d)?$/.exec(text);
  if (match !== null) {
    const day = text.slice(0, 10);
    const clock = /T([\d:.]+)/.exec(text)?.[1] ?? '00';
    const full = [...clock.split(':'), '00', '00'].slice(0, 3).join(':');
    const parsed = Date.parse(`${day}T${full}${match[5] ?? 'Z'}`);
    if (!Number.isNaN(parsed)) return parsed;
  }
  throw invalid(`failed to parse value as time or duration: invalid seconds "${text}": invalid syntax`);
}

/** docker/go-units' HumanDuration, as the status of a container shows it. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.trunc(ms / 3600000 + 0.5);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 7 * 2) return `${Math.trunc(hours / 24)} days`;
  if (hours < 24 * 30 * 2) return `${Math.trunc(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24 / 30)} months`;
  return `${Math.trunc(hours / 24 / 365)} years`;
}

/** A span as Go's time.Duration prints it (`30s`, `1m0s`, `1.5s`), from nanoseconds. */
export function goDuration(ns: number): string {
  if (ns === 0) return '0s';
  if (ns < 1e3) return `${ns}ns`;
  if (ns < 1e6) return `${ns / 1e3}µs`;
  if (ns < 1e9) return `${ns / 1e6}ms`;
  const hours = Math.floor(ns / 3.6e12);
  const minutes = Math.floor((ns % 3.6e12) / 6e10);
  const seconds = `${(ns % 6e10) / 1e9}s`;
  return hours > 0 ? `${hours}h${minutes}m${seconds}` : minutes > 0 ? `${minutes}m${seconds}` : seconds;
}
