/** The learner's folder, as the page and sessions reach it from outside the machine. */
import type { FileAccess } from '../kernel/kernel.ts';

export interface LearnerFile {
  readonly path: string;
  readonly type: 'file' | 'dir' | 'symlink';
  readonly size: number;
}

/** Paths are relative to the folder; what leaves it is refused. */
export class LearnerFolder {
  readonly #files: FileAccess;
  readonly root: string;
  readonly #now: () => number;
  constructor(files: FileAccess, root: string, now: () => number) {
    this.#files = files;
    this.root = root;
    this.#now = now;
    this.#files.mkdir(root, { parents: true, mode: 0o755 });
  }

  #inside(path: string): string {
    const names = path.split('/').filter((n) => n !== '' && n !== '.');
    if (names.length === 0 || names.includes('..')) throw new Error(`not a path inside the folder: ${path}`);
    return `${this.root}/${names.join('/')}`;
  }

  /** Everything in the folder, parents before children. */
  list(): LearnerFile[] {
    const found: LearnerFile[] = [];
    const walk = (dir: string, prefix: string): void => {
      for (const entry of this.#files.readdir(dir)) {
        const path = prefix + entry.name;
        if (entry.type !== 'file' && entry.type !== 'dir' && entry.type !== 'symlink') continue;
        const { size } = this.#files.stat(`${dir}/${entry.name}`, false);
        found.push({ path, type: entry.type, size });
        if (entry.type === 'dir') walk(`${dir}/${entry.name}`, `${path}/`);
      }
    };
    if (this.#files.exists(this.root)) walk(this.root, '');
    return found.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  read(path: string): Uint8Array {
    return this.#files.read(this.#inside(path));
  }

  /** Writes a file, making its folders; text that starts with `#!` becomes executable. A file of the same bytes keeps its time. */
  write(path: string, data: string | Uint8Array): void {
    const target = this.#inside(path);
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
    const script = bytes[0] === 0x23 && bytes[1] === 0x21;
    const parent = target.slice(0, target.lastIndexOf('/'));
    if (!this.#files.exists(parent)) this.#files.mkdir(parent, { parents: true, mode: 0o755 });
    const exists = this.#files.exists(target);
    this.#files.write(target, bytes, exists ? {} : { mode: script ? 0o755 : 0o644 });
    if (exists && script) this.#files.chmod(target, 0o755);
  }

  remove(path: string): void {
    this.#files.remove(this.#inside(path));
  }

  touch(path: string): void {
    const target = this.#inside(path);
    if (this.#files.exists(target)) this.#files.utimes(target, this.#now());
    else this.write(path, '');
  }

  watch(listener: (path: string) => void): () => void {
    return this.#files.watch(this.root, listener);
  }
}
