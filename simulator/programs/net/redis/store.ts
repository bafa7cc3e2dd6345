/** What redis keeps: databases of typed values that may expire, and their snapshot on disk. */

export type Value =
  | { readonly type: 'string'; data: string }
  | { readonly type: 'list'; readonly data: string[] }
  | { readonly type: 'hash'; readonly data: Map<string, string> }
  | { readonly type: 'set'; readonly data: Set<string> }
  | { readonly type: 'zset'; readonly data: Map<string, number> };

export class Store {
  readonly #now: () => number;
  #databases: Map<string, Value>[] = Array.from({ length: 16 }, () => new Map());
  readonly #expires = new Map<Value, number>();
  dirty = 0;
  constructor(now: () => number) {
    this.#now = now;
  }

  get(db: number, key: string): Value | undefined {
    const value = this.#databases[db]!.get(key);
    if (!value) return undefined;
    const due = this.#expires.get(value);
    if (due === undefined || due > this.#now()) return value;
    this.delete(db, key);
    return undefined;
  }
  set(db: number, key: string, value: Value): void {
    const old = this.#databases[db]!.get(key);
    if (old && old !== value) this.#expires.delete(old);
    this.#databases[db]!.set(key, value);
  }
  delete(db: number, key: string): boolean {
    const value = this.#databases[db]!.get(key);
    if (value) this.#expires.delete(value);
    return this.#databases[db]!.delete(key);
  }
  keys(db: number): string[] {
    return [...this.#databases[db]!.keys()].filter((key) => this.get(db, key) !== undefined);
  }
  expiry(value: Value): number | undefined {
    return this.#expires.get(value);
  }
  expire(value: Value, due: number | undefined): void {
    if (due === undefined) this.#expires.delete(value);
    else this.#expires.set(value, due);
  }
  clear(db?: number): void {
    this.#databases = this.#databases.map((database, i) => (db === undefined || db === i ? new Map() : database));
  }
  size(db: number): number {
    return this.keys(db).length;
  }

  /** The snapshot file's text, behind the magic of an RDB file. */
  save(version: string): string {
    const entries = this.#databases.flatMap((_database, db) =>
      this.keys(db).map((key) => {
        const value = this.get(db, key)!;
        const { data } = value;
        const plain = typeof data === 'string' ? data : [...(data as Iterable<unknown>)];
        return [db, key, value.type, plain, this.#expires.get(value) ?? null];
      }),
    );
    return `REDIS0012${JSON.stringify({ version, entries, saved: this.#now() })}`;
  }

  /** Fills the store from a snapshot; what it was, or undefined when the text is none. */
  load(text: string): { version: string; keys: number; expired: number; saved: number } | undefined {
    if (!text.startsWith('REDIS0012{')) return undefined;
    const snapshot = JSON.parse(text.slice(9)) as {
      version: string;
      saved: number;
      entries: [number, string, Value['type'], unknown, number | null][];
    };
    let expired = 0;
    for (const [db, key, type, data, due] of snapshot.entries) {
      if (due !== null && due <= this.#now()) {
        expired++;
        continue;
      }
      const value = { type, data: restore(type, data) } as Value;
      this.set(db, key, value);
      if (due !== null) this.expire(value, due);
    }
    return { version: snapshot.version, keys: snapshot.entries.length - expired, expired, saved: snapshot.saved };
  }
}

function restore(type: Value['type'], data: unknown): Value['data'] {
  if (type === 'string') return data as string;
  if (type === 'list') return data as string[];
  return type === 'set' ? new Set(data as string[]) : new Map(data as [string, never][]);
}
