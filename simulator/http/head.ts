/** The head of a message: start line and header fields (RFC 9112), read with limits and checked strictly. */
import { HttpError } from './http.ts';
import type { ChannelReader } from './reader.ts';

const MAX_LINE = 64 * 1024;
const MAX_HEAD = 256 * 1024;
const MAX_FIELDS = 200;

export const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

export interface Head {
  /** The start line as it was sent. */
  readonly line: string;
  readonly headers: Map<string, string>;
  /** All lines with their ends. */
  readonly raw: string;
}

/** Reads a head; undefined when the stream ends before its first byte. */
export async function readHead(reader: ChannelReader): Promise<Head | undefined> {
  let line = await reader.line(MAX_LINE);
  // RFC 9112 2.2: a server ignores an empty line before the request line.
  if (line === '') line = await reader.line(MAX_LINE);
  if (line === undefined) return undefined;
  let raw = `${line}\r\n`;
  const headers = new Map<string, string>();
  for (let count = 0; ; count++) {
    const field = await reader.line(MAX_LINE);
    if (field === undefined) throw new HttpError('truncated', 'connection closed in the middle of a message');
    raw += `${field}\r\n`;
    if (raw.length > MAX_HEAD || count > MAX_FIELDS) throw new HttpError('too-large', 'header too large');
    if (field === '') return { line, headers, raw };
    const colon = field.indexOf(':');
    const name = field.slice(0, colon);
    // No folded lines and no space before the colon (RFC 9112 5.1, 5.2).
    if (colon <= 0 || !TOKEN.test(name)) throw new HttpError('malformed', `malformed header line "${field}"`);
    const value = field.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '');
    if (!VALUE.test(value)) throw new HttpError('malformed', `malformed header value of "${name}"`);
    const key = name.toLowerCase();
    const before = headers.get(key);
    if (before === undefined) headers.set(key, value);
    else if (key === 'content-length' || key === 'host') {
      if (before !== value || key === 'host') throw new HttpError('malformed', `repeated ${key}`);
    } else headers.set(key, key === 'cookie' ? `${before}; ${value}` : `${before}, ${value}`);
  }
}

/** Whether the comma-separated header holds the token, in any case. */
export const hasToken = (value: string | undefined, token: string): boolean =>
  value !== undefined && value.split(',').some((part) => part.trim().toLowerCase() === token);

/** Writes header lines. Throws on names and values that would break the message. */
export function headerLines(headers: Iterable<readonly [string, string]>): string {
  let text = '';
  for (const [name, value] of headers) {
    if (!TOKEN.test(name) || /[\r\n\0]/.test(value)) throw new HttpError('malformed', `invalid header "${name}"`);
    text += `${name}: ${value}\r\n`;
  }
  return text;
}

const REASONS: Readonly<Record<number, string>> = {
  100: 'Continue',
  101: 'Switching Protocols',
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  203: 'Non-Authoritative Information',
  204: 'No Content',
  206: 'Partial Content',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  411: 'Length Required',
  412: 'Precondition Failed',
  413: 'Request Entity Too Large',
  414: 'Request URI Too Long',
  415: 'Unsupported Media Type',
  416: 'Requested Range Not Satisfiable',
  417: 'Expectation Failed',
  418: "I'm a teapot",
  422: 'Unprocessable Entity',
  426: 'Upgrade Required',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  505: 'HTTP Version Not Supported',
};

/** The usual reason phrase of a status. */
export const reasonOf = (status: number): string => REASONS[status] ?? `status code ${status}`;
