/** Points in time as Go prints and reads them. The machine's zone is UTC. */

const two = (value: number): string => String(value).padStart(2, '0');

function date(at: Date): string {
  return `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`;
}
function clock(at: Date): string {
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
}

/** time.Time.String: `2026-11-24 07:07:32 +0000 UTC`. */
export function goTime(ms: number, fraction = ''): string {
  const at = new Date(ms);
  return `${date(at)} ${clock(at)}${fraction} +0000 UTC`;
}

/** RFC 3339 in seconds: `2026-11-24T07:07:32Z`. */
export function rfc3339(ms: number): string {
  const at = new Date(ms);
  return `${date(at)}T${clock(at)}Z`;
}

/** RFC 3339 with nanoseconds, nine digits: what events print. */
export function rfc3339Nano(seconds: number, nanos: number): string {
  const at = new Date(seconds * 1000);
  return `${date(at)}T${clock(at)}.${String(nanos).padStart(9, '0')}Z`;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** ANSI C's form: `Tue Nov 24 07:07:32 2026`. */
export function ansic(ms: number): string {
  const at = new Date(ms);
  const day = String(at.getUTCDate()).padStart(2, ' ');
  return `${DAYS[at.getUTCDay()]} ${MONTHS[at.getUTCMonth()]} ${day} ${clock(at)} ${at.getUTCFullYear()}`;
}

/**
 * `--since` and `--until`: a Go duration before now, a date and time, or Unix seconds. Gives seconds with nine digits of
 * fraction as the API takes them.
 */
export function timestamp(text: string, now: number): string {
  const duration = /^([+-]?)((\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h))+$/.exec(text);
  if (duration !== null) {
    const scale: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
    let total = 0;
    for (const part of text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/g))
      total += Number(part[1]) * (scale[part[2] ?? 's'] ?? 0);
    return String(Math.trunc((now - (text.startsWith('-') ? -total : total)) / 1000));
  }
  const moment =
    /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?)?(Z|[+-]\d{2}:\d{2})?$/.exec(
      text,
    );
  if (moment !== null) {
    const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = moment;
    const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
    return `${Math.trunc(ms / 1000)}.${fraction.padEnd(9, '0')}`;
  }
  if (/^\d+(\.\d+)?$/.test(text)) return text;
  throw new Error(`failed to parse value for "since": ${text}`);
}
