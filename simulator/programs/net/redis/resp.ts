/** RESP2, the protocol of redis: requests read as they arrive, replies written and read. */

/** A reply. Text is a byte string: one character for each byte. */
export type Reply =
  | { readonly kind: 'simple'; readonly text: string }
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'bulk'; readonly text: string | undefined }
  | { readonly kind: 'array'; readonly items: readonly Reply[] | undefined };

export const ok: Reply = { kind: 'simple', text: 'OK' };
export const nil: Reply = { kind: 'bulk', text: undefined };
export const bulk = (text: string | undefined): Reply => ({ kind: 'bulk', text });
export const integer = (value: number): Reply => ({ kind: 'integer', value });
export const failure = (text: string): Reply => ({ kind: 'error', text });
export const array = (items: readonly Reply[]): Reply => ({ kind: 'array', items });
export const texts = (items: Iterable<string>): Reply => array([...items].map(bulk));

export const toBytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
export function fromBytes(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return text;
}
/** A JavaScript string as a byte string of its UTF-8 form, and back. */
export const encodeText = (text: string): string => fromBytes(new TextEncoder().encode(text));

export function writeReply(reply: Reply): string {
  switch (reply.kind) {
    case 'simple':
      return `+${reply.text}\r\n`;
    case 'error':
      return `-${reply.text}\r\n`;
    case 'integer':
      return `:${reply.value}\r\n`;
    case 'bulk':
      return reply.text === undefined ? '$-1\r\n' : `$${reply.text.length}\r\n${reply.text}\r\n`;
    case 'array':
      return reply.items ? `*${reply.items.length}\r\n${reply.items.map(writeReply).join('')}` : '*-1\r\n';
  }
}

/** Reads values from a growing text; `take` gives the next whole one. */
export class RespBuffer {
  #text = '';
  push(bytes: Uint8Array): void {
    this.#text += fromBytes(bytes);
  }

  /** The next reply, or undefined when it is not complete. Throws on what is no RESP. */
  take(): Reply | undefined {
    const found = this.#parse(0);
    if (!found) return undefined;
    this.#text = this.#text.slice(found.next);
    return found.reply;
  }

  /** The next request: an array of bulks, or an inline command. */
  takeRequest(): string[] | undefined {
    if (this.#text === '') return undefined;
    if (this.#text.startsWith('*')) {
      const reply = this.take();
      if (!reply) return undefined;
      return reply.kind === 'array' ? (reply.items ?? []).map((item) => ('text' in item ? (item.text ?? '') : '')) : [];
    }
    const end = this.#text.indexOf('\n');
    if (end < 0) return undefined;
    const line = this.#text.slice(0, end).replace(/\r$/, '');
    this.#text = this.#text.slice(end + 1);
    return splitWords(line) ?? [];
  }

  #parse(at: number): { reply: Reply; next: number } | undefined {
    const end = this.#text.indexOf('\r\n', at);
    if (end < 0) return undefined;
    const line = this.#text.slice(at + 1, end);
    const next = end + 2;
    switch (this.#text[at]) {
      case '+':
        return { reply: { kind: 'simple', text: line }, next };
      case '-':
        return { reply: { kind: 'error', text: line }, next };
      case ':':
        return { reply: integer(Number(line)), next };
      case '$': {
        const size = Number(line);
        if (size < 0) return { reply: nil, next };
        if (this.#text.length < next + size + 2) return undefined;
        return { reply: bulk(this.#text.slice(next, next + size)), next: next + size + 2 };
      }
      case '*': {
        const count = Number(line);
        if (count < 0) return { reply: { kind: 'array', items: undefined }, next };
        const items: Reply[] = [];
        let position = next;
        for (let i = 0; i < count; i++) {
          const item = this.#parse(position);
          if (!item) return undefined;
          items.push(item.reply);
          position = item.next;
        }
        return { reply: array(items), next: position };
      }
      default:
        throw new RangeError(`Protocol error, got "${this.#text[at] ?? ''}" as reply type byte`);
    }
  }
}

/** Words of a command line with quotes; undefined when a quote is not closed. */
export function splitWords(line: string): string[] | undefined {
  const list: string[] = [];
  for (let i = 0; i < line.length;) {
    if (/\s/.test(line[i]!)) {
      i++;
      continue;
    }
    let word = '';
    const quote = line[i] === '"' || line[i] === "'" ? line[i++] : undefined;
    for (; i < line.length && (quote ? line[i] !== quote : !/\s/.test(line[i]!)); i++) {
      if (quote === '"' && line[i] === '\\' && i + 1 < line.length) {
        const escape = line[++i]!;
        const hex = /^x([0-9a-fA-F]{2})/.exec(line.slice(i));
        if (hex) i += 2;
        word += hex
          ? String.fromCharCode(parseInt(hex[1]!, 16))
          : ({ n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' }[escape] ?? escape);
      } else word += line[i];
    }
    if (quote && line[i++] !== quote) return undefined;
    list.push(word);
  }
  return list;
}
