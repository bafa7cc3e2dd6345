/**
 * The changeable content of a regular file: an immutable base (of a layer) overlaid by pages of 4 KiB. Pages that hold
 * only zeros take no memory, so a zero-filled file of a gigabyte costs nothing but still counts as allocated.
 */
import { Errno } from '../errno.ts';
import { EMPTY, type FileData } from './data.ts';

export const PAGE = 4096;
/** Largest file, 16 TiB as ext4 with 4 KiB blocks. */
export const MAX_FILE = 16 * 2 ** 40;

/** A shared run of zeros; handed out by /dev/zero so that writing it needs no scan. */
export const ZEROS = new Uint8Array(1 << 20);

function allZero(data: Uint8Array): boolean {
  if (data.buffer === ZEROS.buffer) return true;
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) return false;
  return true;
}

/** A set of page numbers as sorted, disjoint runs [from, to). */
export class Runs {
  readonly #runs: [number, number][];
  constructor(runs: readonly (readonly [number, number])[] = []) {
    this.#runs = runs.map(([a, b]) => [a, b]);
  }
  /** Index of the first run that ends after `at`. */
  #index(at: number): number {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (this.#runs[mid]![1] > at) high = mid;
      else low = mid + 1;
    }
    return low;
  }
  has(page: number): boolean {
    const run = this.#runs[this.#index(page)];
    return run !== undefined && run[0] <= page;
  }
  /** Adds [from, to); returns how many pages were not in the set before. */
  add(from: number, to: number): number {
    if (to <= from) return 0;
    const at = this.#index(from - 1);
    let [a, b] = [from, to];
    let end = at;
    let held = 0;
    while (end < this.#runs.length && this.#runs[end]![0] <= to) {
      const [x, y] = this.#runs[end]!;
      held += Math.max(0, Math.min(y, to) - Math.max(x, from));
      a = Math.min(a, x);
      b = Math.max(b, y);
      end++;
    }
    this.#runs.splice(at, end - at, [a, b]);
    return to - from - held;
  }
  /** Takes [from, to) out; returns how many pages went. */
  remove(from: number, to: number): number {
    let at = this.#index(from);
    let gone = 0;
    while (at < this.#runs.length && this.#runs[at]![0] < to) {
      const [x, y] = this.#runs[at]!;
      gone += Math.min(y, to) - Math.max(x, from);
      const rest: [number, number][] = [];
      if (x < from) rest.push([x, from]);
      if (y > to) rest.push([to, y]);
      this.#runs.splice(at, 1, ...rest);
      at += x < from ? 1 : 0;
      if (y > to) break;
    }
    return gone;
  }
  count(): number {
    return this.#runs.reduce((n, [a, b]) => n + b - a, 0);
  }
  list(): readonly (readonly [number, number])[] {
    return this.#runs;
  }
}

/** Where a tree's files get their space from. Both calls throw ENOSPC and change nothing when there is none left. */
export interface Space {
  /** Blocks of 4 KiB on the disk (negative gives them back). */
  blocks(count: number): void;
  /** Bytes of real memory. */
  hold(bytes: number): void;
}

/** Frozen content of a file with changed pages; shares the pages with its origin. */
class PagedData implements FileData {
  readonly size: number;
  readonly held: number;
  readonly blocks: number;
  readonly #base: FileData;
  readonly #baseEnd: number;
  readonly #pages: ReadonlyMap<number, Uint8Array>;
  readonly #zero: Runs;
  readonly runs: readonly (readonly [number, number])[];
  constructor(
    size: number,
    base: FileData,
    baseEnd: number,
    pages: ReadonlyMap<number, Uint8Array>,
    zero: Runs,
    allocated: Runs,
  ) {
    this.size = size;
    this.#base = base;
    this.#baseEnd = baseEnd;
    this.#pages = pages;
    this.#zero = zero;
    this.runs = allocated.list();
    this.blocks = allocated.count();
    let held = base.held;
    for (const page of pages.values()) held += page.length;
    this.held = held;
  }
  slice(from: number, to: number): Uint8Array {
    return readPages(from, Math.min(to, this.size), this.#base, this.#baseEnd, this.#pages, this.#zero);
  }
}

function readPages(
  from: number,
  to: number,
  base: FileData,
  baseEnd: number,
  pages: ReadonlyMap<number, Uint8Array>,
  zero: Runs,
): Uint8Array {
  const start = Math.max(0, from);
  if (to <= start) return new Uint8Array(0);
  // The whole range is the base's own: no copy.
  if (pages.size === 0 && zero.list().length === 0 && to <= baseEnd) return base.slice(start, to);
  const out = new Uint8Array(to - start);
  if (start < baseEnd) out.set(base.slice(start, Math.min(to, baseEnd)), 0);
  for (const [a, b] of zero.list()) {
    const x = Math.max(start, a * PAGE);
    const y = Math.min(to, b * PAGE);
    if (x < y) out.fill(0, x - start, y - start);
  }
  const put = (n: number, page: Uint8Array): void => {
    const x = Math.max(start, n * PAGE);
    const y = Math.min(to, n * PAGE + PAGE);
    if (x >= y) return;
    out.fill(0, x - start, y - start);
    const part = page.subarray(x - n * PAGE, Math.min(page.length, y - n * PAGE));
    out.set(part, x - start);
  };
  const first = Math.floor(start / PAGE);
  const last = Math.floor((to - 1) / PAGE);
  if (last - first < pages.size) {
    for (let n = first; n <= last; n++) {
      const page = pages.get(n);
      if (page !== undefined) put(n, page);
    }
  } else {
    for (const [n, page] of pages) if (n >= first && n <= last) put(n, page);
  }
  return out;
}

/** Pages of 4 KiB that the content takes on disk. */
export const dataBlocks = (data: FileData): number => data.blocks ?? Math.ceil(data.size / PAGE);

/** The content of one regular file that can be written. */
export class FileContent {
  size: number;
  #base: FileData;
  /** Bytes of the base that still count (truncation cuts them off). */
  #baseEnd: number;
  #pages = new Map<number, Uint8Array>();
  /** Pages written as zeros: they hide the base. */
  #zero = new Runs();
  #allocated: Runs;
  #frozen: FileData | undefined;
  /** Pages that a frozen copy shares, which must be copied before they are changed. */
  #shared = new Set<number>();

  constructor(base: FileData = EMPTY) {
    this.#base = base;
    this.#baseEnd = base.size;
    this.size = base.size;
    this.#frozen = base;
    this.#allocated = base.runs ? new Runs(base.runs) : new Runs([[0, Math.ceil(base.size / PAGE)]]);
    if (base.size === 0) this.#allocated = new Runs();
  }

  /** Allocated pages. */
  blocks(): number {
    return this.#allocated.count();
  }
  /** Bytes of memory its own pages take. */
  held(): number {
    let n = 0;
    for (const page of this.#pages.values()) n += page.length;
    return n;
  }

  read(offset: number, max: number): Uint8Array {
    const to = Math.min(this.size, offset + max);
    return readPages(offset, to, this.#base, this.#baseEnd, this.#pages, this.#zero);
  }

  /** The content now, immutable. Cheap: pages are shared until one side changes them. */
  freeze(): FileData {
    if (this.#frozen) return this.#frozen;
    if (this.size === 0) return (this.#frozen = EMPTY);
    for (const n of this.#pages.keys()) this.#shared.add(n);
    const zero = new Runs(this.#zero.list());
    const allocated = new Runs(this.#allocated.list());
    this.#frozen = new PagedData(this.size, this.#base, this.#baseEnd, new Map(this.#pages), zero, allocated);
    return this.#frozen;
  }

  /** Writes `data` at `offset`, taking room from `space`; on ENOSPC nothing of the failing page is written. */
  write(offset: number, data: Uint8Array, space: Space): number {
    if (offset + data.length > MAX_FILE) throw new Errno('EFBIG');
    let done = 0;
    try {
      while (done < data.length) {
        const at = offset + done;
        const n = Math.floor(at / PAGE);
        const inPage = at - n * PAGE;
        const whole = Math.floor((data.length - done) / PAGE);
        // Whole pages of zeros are taken in one step.
        if (inPage === 0 && whole > 0 && data.buffer === ZEROS.buffer) {
          this.#zeroPages(n, n + whole, space);
          done += whole * PAGE;
        } else {
          const part = data.subarray(done, Math.min(data.length, done + PAGE - inPage));
          this.#writePage(n, inPage, part, space);
          done += part.length;
        }
        if (offset + done > this.size) this.size = offset + done;
      }
    } catch (error) {
      if (done === 0) throw error;
      // write(2) tells how much went in; the next call gets ENOSPC.
      return done;
    } finally {
      if (done > 0) this.#frozen = undefined;
    }
    return done;
  }

  #allocate(from: number, to: number, space: Space): void {
    const probe = new Runs(this.#allocated.list());
    const added = probe.add(from, to);
    if (added === 0) return;
    space.blocks(added);
    this.#allocated = probe;
  }

  #zeroPages(from: number, to: number, space: Space): void {
    this.#allocate(from, to, space);
    let freed = 0;
    if (this.#pages.size > 0) {
      for (let n = from; n < to; n++) {
        freed += this.#pages.get(n)?.length ?? 0;
        this.#pages.delete(n);
        this.#shared.delete(n);
      }
    }
    this.#zero.add(from, to);
    if (freed > 0) space.hold(-freed);
  }

  #writePage(n: number, inPage: number, part: Uint8Array, space: Space): void {
    if (part.length === PAGE && allZero(part)) return this.#zeroPages(n, n + 1, space);
    if (!this.#allocated.has(n)) this.#allocate(n, n + 1, space);
    const end = inPage + part.length;
    let page = this.#pages.get(n);
    if (page === undefined || page.length < end || this.#shared.has(n)) {
      const old = page ?? (part.length === PAGE ? new Uint8Array(0) : this.read(n * PAGE, PAGE));
      // Grow in steps, so that a log of short lines is not copied for every line.
      const room = Math.min(PAGE, Math.max(end, old.length, page ? old.length * 2 : 0));
      space.hold(room - (page?.length ?? 0));
      const fresh = new Uint8Array(room);
      fresh.set(old);
      page = fresh;
      this.#pages.set(n, page);
      this.#shared.delete(n);
      this.#zero.remove(n, n + 1);
    }
    page.set(part, inPage);
  }

  truncate(size: number, space: Space): void {
    if (size > MAX_FILE) throw new Errno('EFBIG');
    if (size === this.size) return;
    this.#frozen = undefined;
    if (size < this.size) {
      const keep = Math.ceil(size / PAGE);
      let freed = 0;
      for (const [n, page] of this.#pages) {
        if (n >= keep) {
          freed += page.length;
          this.#pages.delete(n);
          this.#shared.delete(n);
        }
      }
      this.#zero.remove(keep, Number.MAX_SAFE_INTEGER);
      const last = this.#pages.get(keep - 1);
      if (last !== undefined && size < keep * PAGE && last.length > size - (keep - 1) * PAGE) {
        const cut = last.slice(0, size - (keep - 1) * PAGE);
        freed += last.length - cut.length;
        this.#pages.set(keep - 1, cut);
        this.#shared.delete(keep - 1);
      }
      this.#baseEnd = Math.min(this.#baseEnd, size);
      if (this.#baseEnd === 0) this.#base = EMPTY;
      const gone = this.#allocated.remove(keep, Number.MAX_SAFE_INTEGER);
      space.blocks(-gone);
      if (freed > 0) space.hold(-freed);
    }
    this.size = size;
  }

  /** Gives all room back (the last name and the last descriptor are gone). */
  release(space: Space): void {
    space.blocks(-this.blocks());
    space.hold(-this.held());
  }

  /** Counts the content as a new owner's (copy-up, or a file made from data). */
  claim(space: Space): void {
    space.blocks(this.blocks());
  }
}
