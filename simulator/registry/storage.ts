/** Where a registry keeps what it holds, and the layout of distribution's filesystem driver. */
import type { Digest } from '../image/digest.ts';
import { partsOf } from './address.ts';
import { bytesOfNote, readNote, type KnownNote } from './known.ts';

/** A blob of a repository. */
export interface StoredBlob {
  readonly size: number;
  /** Set where the blob is a layer of the catalogue. */
  readonly note?: KnownNote;
  /** The bytes; undefined when they cannot be produced here. */
  bytes(): Uint8Array | undefined;
}

/** What the API needs of a storage. Names are repositories, e.g. `team/box`. */
export interface RegistryStorage {
  repositories(): Promise<readonly string[]>;
  hasRepository(name: string): Promise<boolean>;
  /** A blob linked into the repository. */
  blob(name: string, digest: Digest): Promise<StoredBlob | undefined>;
  putBlob(name: string, digest: Digest, bytes: Uint8Array): Promise<void>;
  /** Links a blob of another repository. */
  linkBlob(name: string, digest: Digest): Promise<void>;
  deleteBlob(name: string, digest: Digest): Promise<void>;
  manifest(name: string, digest: Digest): Promise<Uint8Array | undefined>;
  putManifest(name: string, digest: Digest, bytes: Uint8Array): Promise<void>;
  /** Takes the manifest and the tags that point to it away. */
  deleteManifest(name: string, digest: Digest): Promise<void>;
  manifests(name: string): Promise<readonly Digest[]>;
  tags(name: string): Promise<readonly string[]>;
  tag(name: string, tag: string): Promise<Digest | undefined>;
  setTag(name: string, tag: string, digest: Digest): Promise<void>;
  deleteTag(name: string, tag: string): Promise<void>;
}

/** Files under the registry's root directory. Paths are relative. */
export interface RegistryFiles {
  read(path: string): Uint8Array | undefined;
  write(path: string, bytes: Uint8Array): void;
  /** Removes a file or a directory with all it holds. */
  remove(path: string): void;
  /** Names in a directory; empty when it is missing. */
  list(path: string): readonly string[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const ROOT = 'docker/registry/v2';

/** `sha256/HEX`, as links are laid. */
function place(digest: Digest): string {
  const { algorithm, hex } = partsOf(digest);
  return `${algorithm}/${hex}`;
}

/** Storage in files, laid out as distribution's filesystem driver does, so that a volume carries it to another registry. */
export class FileStorage implements RegistryStorage {
  readonly #files: RegistryFiles;
  constructor(files: RegistryFiles) {
    this.#files = files;
  }
  #blobPath(digest: Digest): string {
    const { algorithm, hex } = partsOf(digest);
    return `${ROOT}/blobs/${algorithm}/${hex.slice(0, 2)}/${hex}/data`;
  }
  #repo(name: string): string {
    return `${ROOT}/repositories/${name}`;
  }
  #link(path: string): Digest | undefined {
    const bytes = this.#files.read(`${path}/link`);
    return bytes && (decoder.decode(bytes) as Digest);
  }
  #setLink(path: string, digest: Digest): void {
    this.#files.write(`${path}/link`, encoder.encode(digest));
  }

  async repositories(): Promise<readonly string[]> {
    const out: string[] = [];
    const visit = (path: string, name: string): void => {
      for (const child of [...this.#files.list(path)].sort()) {
        if (child.startsWith('_')) continue;
        const full = name === '' ? child : `${name}/${child}`;
        const below = `${path}/${child}`;
        if (this.#files.list(below).includes('_manifests')) out.push(full);
        visit(below, full);
      }
    };
    visit(`${ROOT}/repositories`, '');
    return out.sort();
  }
  async hasRepository(name: string): Promise<boolean> {
    return this.#files.list(this.#repo(name)).length > 0;
  }
  async blob(name: string, digest: Digest): Promise<StoredBlob | undefined> {
    if (!this.#link(`${this.#repo(name)}/_layers/${place(digest)}`)) return undefined;
    const bytes = this.#files.read(this.#blobPath(digest));
    if (!bytes) return undefined;
    const note = readNote(bytes);
    if (note) return { size: note.size, note, bytes: () => bytesOfNote(note) };
    return { size: bytes.length, bytes: () => bytes };
  }
  async putBlob(name: string, digest: Digest, bytes: Uint8Array): Promise<void> {
    if (!this.#files.read(this.#blobPath(digest))) this.#files.write(this.#blobPath(digest), bytes);
    await this.linkBlob(name, digest);
  }
  async linkBlob(name: string, digest: Digest): Promise<void> {
    this.#setLink(`${this.#repo(name)}/_layers/${place(digest)}`, digest);
  }
  async deleteBlob(name: string, digest: Digest): Promise<void> {
    // The bytes stay until `registry garbage-collect`.
    this.#files.remove(`${this.#repo(name)}/_layers/${place(digest)}`);
  }
  async manifest(name: string, digest: Digest): Promise<Uint8Array | undefined> {
    if (!this.#link(`${this.#repo(name)}/_manifests/revisions/${place(digest)}`)) return undefined;
    return this.#files.read(this.#blobPath(digest));
  }
  async putManifest(name: string, digest: Digest, bytes: Uint8Array): Promise<void> {
    this.#files.write(this.#blobPath(digest), bytes);
    this.#setLink(`${this.#repo(name)}/_manifests/revisions/${place(digest)}`, digest);
  }
  async deleteManifest(name: string, digest: Digest): Promise<void> {
    for (const tag of await this.tags(name))
      if ((await this.tag(name, tag)) === digest) await this.deleteTag(name, tag);
    this.#files.remove(`${this.#repo(name)}/_manifests/revisions/${place(digest)}`);
  }
  async manifests(name: string): Promise<readonly Digest[]> {
    const revisions = `${this.#repo(name)}/_manifests/revisions`;
    return [...this.#files.list(revisions)]
      .sort()
      .flatMap((algorithm) =>
        [...this.#files.list(`${revisions}/${algorithm}`)].sort().map((hex) => `${algorithm}:${hex}` as Digest),
      );
  }
  async tags(name: string): Promise<readonly string[]> {
    return [...this.#files.list(`${this.#repo(name)}/_manifests/tags`)].sort();
  }
  async tag(name: string, tag: string): Promise<Digest | undefined> {
    return this.#link(`${this.#repo(name)}/_manifests/tags/${tag}/current`);
  }
  async setTag(name: string, tag: string, digest: Digest): Promise<void> {
    const path = `${this.#repo(name)}/_manifests/tags/${tag}`;
    this.#setLink(`${path}/current`, digest);
    this.#setLink(`${path}/index/${place(digest)}`, digest);
  }
  async deleteTag(name: string, tag: string): Promise<void> {
    this.#files.remove(`${this.#repo(name)}/_manifests/tags/${tag}`);
  }
}

/** Files in memory, for tests and registries without a disk. */
export function memoryFiles(): RegistryFiles {
  const files = new Map<string, Uint8Array>();
  return {
    read: (path) => files.get(path),
    write: (path, bytes) => void files.set(path, bytes),
    remove: (path) => {
      for (const key of [...files.keys()]) if (key === path || key.startsWith(`${path}/`)) files.delete(key);
    },
    list: (path) => [
      ...new Set(
        [...files.keys()]
          .filter((key) => key.startsWith(`${path}/`))
          .map((key) => key.slice(path.length + 1).split('/')[0]!),
      ),
    ],
  };
}
