/** Dates as date(1), ls(1) and others print and read them. The machine's time zone is UTC. */

export const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
export const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  weekday: number;
  /** Day of the year from 0. */
  yearDay: number;
}

/** Fields of a moment in UTC. */
export function parts(ms: number): Parts {
  const date = new Date(ms);
  const year = date.getUTCFullYear();
  return {
    year,
    month: date.getUTCMonth(),
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    weekday: date.getUTCDay(),
    yearDay: Math.floor((Date.UTC(year, date.getUTCMonth(), date.getUTCDate()) - Date.UTC(year, 0, 1)) / 86400000),
  };
}

function isoWeek(p: Parts): { year: number; week: number } {
  const weekday = (p.weekday + 6) % 7;
  let week = Math.floor((p.yearDay - weekday + 10) / 7);
  let year = p.year;
  const weeksIn = (y: number): number => {
    const first = new Date(Date.UTC(y, 0, 1)).getUTCDay();
    const leap = new Date(Date.UTC(y, 1, 29)).getUTCMonth() === 1;
    return first === 4 || (leap && first === 3) ? 53 : 52;
  };
  if (week < 1) {
    year--;
    week = weeksIn(year);
  } else if (week > weeksIn(year)) {
    year++;
    week = 1;
  }
  return { year, week };
}

/** strftime(3) with GNU date's additions (%N, %s, %:z and the flags - _ 0 ^ #). `nanoseconds` refines `ms`. */
export function strftime(format: string, ms: number): string {
  const p = parts(ms);
  const expand = (text: string): string =>
    text.replace(
      /%([-_0^#]?)(\d*)(:{0,3})([a-zA-Z%+])/g,
      (whole, flag: string, width: string, colons: string, c: string) => {
        const number = (n: number, digits: number, pad = '0'): string => {
          const fill = flag === '-' ? '' : flag === '_' ? ' ' : flag === '0' ? '0' : pad;
          const size = width === '' ? digits : Number(width);
          return fill === '' ? String(n) : String(n).padStart(size, fill);
        };
        const string = (s: string): string => {
          const cased = flag === '^' ? s.toUpperCase() : flag === '#' ? s.toUpperCase() : s;
          return width === '' ? cased : cased.padStart(Number(width));
        };
        switch (c) {
          case '%':
            return '%';
          case 'a':
            return string(DAYS[p.weekday]!.slice(0, 3));
          case 'A':
            return string(DAYS[p.weekday]!);
          case 'b':
          case 'h':
            return string(MONTHS[p.month]!.slice(0, 3));
          case 'B':
            return string(MONTHS[p.month]!);
          case 'c':
            return string(expand('%a %b %e %H:%M:%S %Y'));
          case 'C':
            return number(Math.floor(p.year / 100), 2);
          case 'd':
            return number(p.day, 2);
          case 'D':
            return expand('%m/%d/%y');
          case 'e':
            return number(p.day, 2, ' ');
          case 'F':
            return expand('%Y-%m-%d');
          case 'g':
            return number(isoWeek(p).year % 100, 2);
          case 'G':
            return number(isoWeek(p).year, 4);
          case 'H':
            return number(p.hour, 2);
          case 'I':
            return number(p.hour % 12 || 12, 2);
          case 'j':
            return number(p.yearDay + 1, 3);
          case 'k':
            return number(p.hour, 2, ' ');
          case 'l':
            return number(p.hour % 12 || 12, 2, ' ');
          case 'm':
            return number(p.month + 1, 2);
          case 'M':
            return number(p.minute, 2);
          case 'n':
            return '\n';
          case 'N': {
            const nanos = String(Math.floor((((ms % 1000) + 1000) % 1000) * 1e6)).padStart(9, '0');
            return width === '' ? nanos : nanos.slice(0, Number(width));
          }
          case 'p':
            return flag === '#' ? (p.hour < 12 ? 'am' : 'pm') : p.hour < 12 ? 'AM' : 'PM';
          case 'P':
            return p.hour < 12 ? 'am' : 'pm';
          case 'q':
            return String(Math.floor(p.month / 3) + 1);
          case 'r':
            return expand('%I:%M:%S %p');
          case 'R':
            return expand('%H:%M');
          case 's':
            return String(Math.floor(ms / 1000));
          case 'S':
            return number(p.second, 2);
          case 't':
            return '\t';
          case 'T':
          case 'X':
            return expand('%H:%M:%S');
          case 'u':
            return String(p.weekday || 7);
          case 'U':
            return number(Math.floor((p.yearDay + 7 - p.weekday) / 7), 2);
          case 'V':
            return number(isoWeek(p).week, 2);
          case 'w':
            return String(p.weekday);
          case 'W':
            return number(Math.floor((p.yearDay + 7 - ((p.weekday + 6) % 7)) / 7), 2);
          case 'x':
            return expand('%m/%d/%y');
          case 'y':
            return number(p.year % 100, 2);
          case 'Y':
            return number(p.year, 4);
          case 'z':
            return colons === '' ? '+0000' : colons === ':' ? '+00:00' : colons === '::' ? '+00:00:00' : '+00';
          case 'Z':
            return string('UTC');
          default:
            return whole;
        }
      },
    );
  return expand(format);
}

const HALF_YEAR = 31556952000 / 2;

/** `Mar  2 03:04`, or with the year when it is over half a year ago or in the future (ls -l). */
export function listingDate(ms: number, now: number): string {
  const recent = ms > now - HALF_YEAR && ms <= now;
  return strftime(recent ? '%b %e %H:%M' : '%b %e  %Y', ms);
}

/** `2024-03-02 03:04:05.000000000 +0000` (stat). */
export const fullDate = (ms: number): string => strftime('%Y-%m-%d %H:%M:%S.%N +0000', ms);

const UNITS: Record<string, number> = {
  sec: 1000,
  second: 1000,
  min: 60000,
  minute: 60000,
  hour: 3600000,
  day: 86400000,
  week: 604800000,
  fortnight: 1209600000,
};

/** Reads a date as GNU date -d does: absolute and relative forms. Undefined where it is none. */
export function parseDate(text: string, now: number): number | undefined {
  let rest = text.trim().toLowerCase();
  const epoch = /^@(-?\d+(?:\.\d+)?)$/.exec(rest);
  if (epoch) return Number(epoch[1]) * 1000;
  let base = now;
  let date: [number, number, number] | undefined;
  let time: number | undefined;
  let offset = 0;
  let shift = 0;
  let months = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    const match = pattern.exec(rest);
    if (!match) return undefined;
    rest = rest.slice(match[0].length).trimStart();
    return match;
  };
  while (rest !== '') {
    let m: RegExpExecArray | undefined;
    if ((m = take(/^(\d{4})-(\d{1,2})-(\d{1,2})(?:t(?=\d)|(?!\d))/)))
      date = [Number(m[1]), Number(m[2]) - 1, Number(m[3])];
    else if ((m = take(/^(\d{1,2})\/(\d{1,2})\/(\d{4})/))) date = [Number(m[3]), Number(m[1]) - 1, Number(m[2])];
    else if ((m = take(/^(\d{4})(\d\d)(\d\d)(?!\d)/))) date = [Number(m[1]), Number(m[2]) - 1, Number(m[3])];
    else if ((m = take(/^(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(am|pm)?/))) {
      let hour = Number(m[1]);
      if (m[5] === 'pm' && hour < 12) hour += 12;
      if (m[5] === 'am' && hour === 12) hour = 0;
      if (hour > 23 || Number(m[2]) > 59 || Number(m[3] ?? 0) > 60) return undefined;
      time = hour * 3600000 + Number(m[2]) * 60000 + Number(m[3] ?? 0) * 1000 + Number(`0.${m[4] ?? 0}`) * 1000;
    } else if ((m = take(/^([+-])(\d\d):?(\d\d)(?!\d)/)) && time !== undefined) {
      offset = (m[1] === '-' ? -1 : 1) * (Number(m[2]) * 60 + Number(m[3])) * 60000;
    } else if (m) return undefined;
    else if (take(/^(?:utc|gmt|z)\b/)) offset = 0;
    else if (take(/^now\b/)) base = now;
    else if (take(/^today\b/)) base = now;
    else if (take(/^(?:midnight)\b/)) time = 0;
    else if (take(/^noon\b/)) time = 43200000;
    else if (take(/^yesterday\b/)) shift -= 86400000;
    else if (take(/^tomorrow\b/)) shift += 86400000;
    else if (
      (m = take(
        /^(?:([+-]?)\s*(\d+)|(next|last|a|an))\s*(sec|second|min|minute|hour|day|week|fortnight|month|year)s?\b(\s+ago\b)?/,
      ))
    ) {
      const amount = m[3] === 'last' ? -1 : m[3] !== undefined ? 1 : Number(m[2]) * (m[1] === '-' ? -1 : 1);
      const signed = m[5] === undefined ? amount : -amount;
      if (m[4] === 'month') months += signed;
      else if (m[4] === 'year') months += 12 * signed;
      else shift += signed * UNITS[m[4]!]!;
    } else if ((m = take(/^(\d{1,2})\s+([a-z]{3,9})\.?(?:\s+(\d{4}))?(?!:)\b/)) && monthOf(m[2]!) !== undefined) {
      date = [m[3] === undefined ? parts(now).year : Number(m[3]), monthOf(m[2]!)!, Number(m[1])];
    } else if (m) return undefined;
    else if ((m = take(/^([a-z]{3,9})\.?\s+(\d{1,2})(?!:|\d)(?:,?\s+(\d{4})(?!:))?/)) && monthOf(m[1]!) !== undefined) {
      date = [m[3] === undefined ? parts(now).year : Number(m[3]), monthOf(m[1]!)!, Number(m[2])];
    } else if (m) return undefined;
    else if ((m = take(/^(?:(next|last)\s+)?([a-z]{3,9}),?\b/))) {
      const day = DAYS.findIndex((name) => m![2]!.length >= 3 && name.toLowerCase().startsWith(m![2]!));
      if (day < 0) return undefined;
      if (date === undefined) {
        let ahead = (day - parts(now).weekday + 7) % 7;
        if (m[1] === 'next' && ahead === 0) ahead = 7;
        if (m[1] === 'last') ahead = ahead === 0 ? -7 : ahead - 7;
        shift += ahead * 86400000;
        time ??= 0;
      }
    } else if ((m = take(/^(\d{4})(?!\S)/)) && date !== undefined) date = [Number(m[1]), date[1], date[2]];
    else return undefined;
  }
  if (date !== undefined) {
    const ms = Date.UTC(...date);
    if (new Date(ms).getUTCDate() !== date[2] || new Date(ms).getUTCMonth() !== date[1]) return undefined;
    base = ms;
    time ??= 0;
  }
  if (time !== undefined) base = Math.floor(base / 86400000) * 86400000 + time;
  if (months !== 0) {
    const p = parts(base);
    base = Date.UTC(p.year, p.month + months, p.day) + (((base % 86400000) + 86400000) % 86400000);
  }
  return text.trim() === '' ? Math.floor(now / 86400000) * 86400000 : base - offset + shift;
}

function monthOf(text: string): number | undefined {
  const index = MONTHS.findIndex((name) => text.length >= 3 && name.toLowerCase().startsWith(text));
  return index < 0 ? undefined : index;
}
