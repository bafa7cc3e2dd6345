/** Blob uploads: started, continued in chunks, finished with a digest, or replaced by a mount. */
import { readAll, type HttpRequest, type HttpResponse } from '../http/http.ts';
import type { Digest } from '../image/digest.ts';
import { addressLike, isAddress } from './address.ts';
import { RegistryApiError } from './errors.ts';
import { KNOWN_CODING, readNote } from './known.ts';
import type { RegistryStorage } from './storage.ts';

interface Upload {
  readonly name: string;
  readonly parts: Uint8Array[];
  size: number;
}

const uuidOf = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;

export class Uploads {
  readonly #storage: RegistryStorage;
  readonly #uuid: () => string;
  readonly #open = new Map<string, Upload>();
  constructor(storage: RegistryStorage, uuid: () => string) {
    this.#storage = storage;
    this.#uuid = uuid;
  }

  async handle(request: HttpRequest, name: string, id: string): Promise<HttpResponse> {
    if (id === '') {
      if (request.method !== 'POST') throw new RegistryApiError('UNSUPPORTED');
      return this.#start(request, name);
    }
    const upload = this.#open.get(id);
    if (!upload || upload.name !== name) throw new RegistryApiError('BLOB_UPLOAD_UNKNOWN');
    switch (request.method) {
      case 'GET':
      case 'HEAD':
        return { ...this.#progress(request, id, upload), status: 204 };
      case 'PATCH':
        return this.#append(request, id, upload);
      case 'PUT':
        return this.#finish(request, id, upload);
      case 'DELETE':
        this.#open.delete(id);
        return { status: 204, headers: { 'Docker-Upload-Uuid': id } };
      default:
        throw new RegistryApiError('UNSUPPORTED');
    }
  }

  #location(request: HttpRequest, path: string): string {
    const host = request.headers.get('host');
    return host === undefined ? path : `http://${host}${path}`;
  }
  #progress(request: HttpRequest, id: string, upload: Upload): HttpResponse {
    const state = btoa(JSON.stringify({ Name: upload.name, UUID: id, Offset: upload.size }))
      .replace(/\+/g, '-')
      .replace(/\//g, '_');
    return {
      status: 202,
      headers: {
        'Content-Length': '0',
        'Docker-Upload-Uuid': id,
        Location: this.#location(request, `/v2/${upload.name}/blobs/uploads/${id}?_state=${encodeURIComponent(state)}`),
        Range: `0-${Math.max(0, upload.size - 1)}`,
      },
    };
  }
  #created(request: HttpRequest, name: string, digest: Digest): HttpResponse {
    return {
      status: 201,
      headers: {
        'Content-Length': '0',
        'Docker-Content-Digest': digest,
        Location: this.#location(request, `/v2/${name}/blobs/${digest}`),
      },
    };
  }

  async #start(request: HttpRequest, name: string): Promise<HttpResponse> {
    const mount = request.query.get('mount');
    const from = request.query.get('from');
    if (mount !== null && isAddress(mount)) {
      const sources = from === null ? await this.#storage.repositories() : [from];
      for (const source of sources) {
        if (!(await this.#storage.blob(source, mount))) continue;
        await this.#storage.linkBlob(name, mount);
        return this.#created(request, name, mount);
      }
    }
    const algorithm = request.query.get('digest-algorithm');
    if (algorithm !== null && algorithm !== 'sha256' && algorithm !== 'sha512')
      throw new RegistryApiError('DIGEST_INVALID', { detail: 'unsupported digest algorithm' });
    const upload: Upload = { name, parts: [], size: 0 };
    const digest = request.query.get('digest');
    const id = uuidOf(this.#uuid());
    if (digest !== null) return this.#finish(request, id, upload);
    this.#open.set(id, upload);
    return this.#progress(request, id, upload);
  }

  async #take(request: HttpRequest, upload: Upload): Promise<void> {
    const range = request.headers.get('content-range');
    const bytes = await readAll(request.body);
    if (range !== undefined) {
      const match = /^(?:bytes )?(\d+)-(\d+)/.exec(range);
      if (!match || Number(match[1]) !== upload.size || Number(match[2]) - Number(match[1]) + 1 !== bytes.length)
        throw new RegistryApiError('RANGE_INVALID');
    }
    if (bytes.length > 0) upload.parts.push(bytes);
    upload.size += bytes.length;
  }
  async #append(request: HttpRequest, id: string, upload: Upload): Promise<HttpResponse> {
    await this.#take(request, upload);
    return this.#progress(request, id, upload);
  }
  async #finish(request: HttpRequest, id: string, upload: Upload): Promise<HttpResponse> {
    const wanted = request.query.get('digest') ?? '';
    if (!isAddress(wanted)) throw new RegistryApiError('DIGEST_INVALID', { detail: 'digest missing' });
    await this.#take(request, upload);
    const bytes = new Uint8Array(upload.size);
    let at = 0;
    for (const part of upload.parts) {
      bytes.set(part, at);
      at += part.length;
    }
    const note = request.headers.get('content-encoding') === KNOWN_CODING ? readNote(bytes) : undefined;
    const digest = note ? note.digest : addressLike(bytes, wanted);
    if (digest !== wanted) {
      this.#open.delete(id);
      throw new RegistryApiError('DIGEST_INVALID');
    }
    await this.#storage.putBlob(upload.name, digest, bytes);
    this.#open.delete(id);
    return this.#created(request, upload.name, digest);
  }
}
