/** DNS messages (RFC 1035): queries read, answers written, and the other way round for programs. */

export const TYPE_A = 1;
export const TYPE_PTR = 12;
export const TYPE_AAAA = 28;
export const RCODE = { ok: 0, serverFailure: 2, unknownName: 3, notImplemented: 4, refused: 5 } as const;

export interface DnsQuery {
  readonly id: number;
  readonly name: string;
  readonly type: number;
  /** The question section's bytes, which an answer repeats. */
  readonly question: Uint8Array;
}

/** Reads a query with one question; undefined when the bytes are none. */
export function readQuery(bytes: Uint8Array): DnsQuery | undefined {
  if (bytes.length < 17 || (bytes[2]! & 0x80) !== 0) return undefined;
  const labels: string[] = [];
  let at = 12;
  for (;;) {
    const length = bytes[at];
    if (length === undefined || length > 63) return undefined;
    at++;
    if (length === 0) break;
    labels.push(String.fromCharCode(...bytes.subarray(at, at + length)));
    at += length;
  }
  if (at + 4 > bytes.length) return undefined;
  return {
    id: bytes[0]! * 256 + bytes[1]!,
    name: labels.join('.'),
    type: bytes[at]! * 256 + bytes[at + 1]!,
    question: bytes.slice(12, at + 4),
  };
}

/** Writes a query. Throws RangeError on a label of more than 63 characters. */
export function writeQuery(id: number, name: string, type = TYPE_A): Uint8Array {
  const bytes = [id >> 8, id & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...encodeName(name), type >> 8, type & 255, 0, 1];
  return Uint8Array.from(bytes);
}

function encodeName(name: string): number[] {
  const bytes: number[] = [];
  for (const label of name.split('.').filter((part) => part !== '')) {
    if (label.length > 63) throw new RangeError(`label too long: ${label}`);
    bytes.push(label.length, ...[...label].map((character) => character.charCodeAt(0) & 255));
  }
  bytes.push(0);
  return bytes;
}

/** Writes the answer to a query: IPv4 addresses, or the result code of a failure. */
export function writeAnswer(
  query: DnsQuery,
  result: { rcode: number; addresses?: readonly string[]; names?: readonly string[]; ttl?: number },
): Uint8Array {
  const records: number[] = [];
  let count = 0;
  const ttl = result.ttl ?? 600;
  const record = (type: number, data: readonly number[]): void => {
    count++;
    // The name is a pointer to the question's.
    records.push(0xc0, 12, 0, type, 0, 1, ttl >>> 24, (ttl >>> 16) & 255, (ttl >>> 8) & 255, ttl & 255);
    records.push(data.length >> 8, data.length & 255, ...data);
  };
  for (const address of result.addresses ?? []) record(TYPE_A, address.split('.').map(Number));
  for (const name of result.names ?? []) record(TYPE_PTR, encodeName(name));
  const head = [query.id >> 8, query.id & 255, 0x81, 0x80 | result.rcode, 0, 1, 0, count, 0, 0, 0, 0];
  const out = new Uint8Array(head.length + query.question.length + records.length);
  out.set(head);
  out.set(query.question, head.length);
  out.set(records, head.length + query.question.length);
  return out;
}

/** Reads an answer's code, addresses and (for PTR) names. */
export function readAnswer(
  bytes: Uint8Array,
): { id: number; rcode: number; addresses: string[]; names: string[] } | undefined {
  if (bytes.length < 12 || (bytes[2]! & 0x80) === 0) return undefined;
  const count = bytes[6]! * 256 + bytes[7]!;
  const view = { at: 12 };
  for (let i = 0; i < bytes[4]! * 256 + bytes[5]!; i++) {
    decodeName(bytes, view);
    view.at += 4;
  }
  const addresses: string[] = [];
  const names: string[] = [];
  for (let i = 0; i < count && view.at + 10 <= bytes.length; i++) {
    decodeName(bytes, view);
    const type = bytes[view.at]! * 256 + bytes[view.at + 1]!;
    const length = bytes[view.at + 8]! * 256 + bytes[view.at + 9]!;
    const data = view.at + 10;
    if (type === TYPE_A && length === 4) addresses.push([...bytes.subarray(data, data + 4)].join('.'));
    if (type === TYPE_PTR) names.push(decodeName(bytes, { at: data }));
    view.at = data + length;
  }
  return { id: bytes[0]! * 256 + bytes[1]!, rcode: bytes[3]! & 15, addresses, names };
}

function decodeName(bytes: Uint8Array, view: { at: number }): string {
  const labels: string[] = [];
  let at = view.at;
  let after: number | undefined;
  for (let steps = 0; steps < 128; steps++) {
    const length = bytes[at] ?? 0;
    if (length >= 0xc0) {
      after ??= at + 2;
      at = (length & 63) * 256 + (bytes[at + 1] ?? 0);
    } else if (length === 0) {
      after ??= at + 1;
      break;
    } else {
      labels.push(String.fromCharCode(...bytes.subarray(at + 1, at + 1 + length)));
      at += 1 + length;
    }
  }
  view.at = after ?? at;
  return labels.join('.');
}
