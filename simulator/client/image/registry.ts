/** Registries as the client itself asks them (imagetools, manifest): the distribution API over HTTP. */
import { readAll, type HttpAnswer } from '../../http/http.ts';
import { request, type RequestOptions } from '../../http/client.ts';
import { sysChannel } from '../../http/channel.ts';
import { isErrno } from '../../kernel/errno.ts';
import type { Cli } from '../cli/cli.ts';
import { CliError } from '../cli/errors.ts';
import { goReason } from '../cli/local-files.ts';
import type { Reference } from '../cli/reference.ts';
import { registryServer } from './pull.ts';

export const MANIFEST_TYPES = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
];

/** A manifest or index as the registry sent it. */
export interface FetchedManifest {
  readonly mediaType: string;
  readonly digest: string;
  readonly raw: Uint8Array;
}

export interface ManifestDescriptor {
  mediaType: string;
  digest: string;
  size: number;
  platform?: { architecture: string; os: string; variant?: string; 'os.version'?: string };
  annotations?: Record<string, string>;
}

/** What an index or manifest refers to. */
export interface ManifestContent {
  schemaVersion: number;
  mediaType?: string;
  manifests?: ManifestDescriptor[];
  config?: ManifestDescriptor;
  layers?: ManifestDescriptor[];
  annotations?: Record<string, string>;
}

/** The registry did not have it. */
export class NotFound extends CliError {}

export class Registry {
  private readonly cli: Cli;
  private readonly tokens = new Map<string, string>();

  constructor(cli: Cli) {
    this.cli = cli;
  }

  /** A manifest by tag or digest; throws `NotFound`. */
  async manifest(
    reference: Reference,
    target = reference.digest ?? reference.tag ?? 'latest',
  ): Promise<FetchedManifest> {
    const { answer, body } = await this.call(reference, 'pull', {
      target: `/v2/${reference.path}/manifests/${target}`,
      headers: { Accept: MANIFEST_TYPES.join(', ') },
    });
    if (answer.status === 404) throw new NotFound('not found');
    if (answer.status !== 200) throw unexpected(answer, reference, `/v2/${reference.path}/manifests/${target}`);
    return {
      mediaType: (answer.headers.get('content-type') ?? '').split(';')[0] ?? '',
      digest: answer.headers.get('docker-content-digest') ?? target,
      raw: body,
    };
  }

  async blob(reference: Reference, digest: string): Promise<Uint8Array> {
    const { answer, body } = await this.call(reference, 'pull', { target: `/v2/${reference.path}/blobs/${digest}` });
    if (answer.status !== 200) throw unexpected(answer, reference, `/v2/${reference.path}/blobs/${digest}`);
    return body;
  }

  async hasBlob(reference: Reference, digest: string): Promise<boolean> {
    const { answer } = await this.call(reference, 'pull', {
      method: 'HEAD',
      target: `/v2/${reference.path}/blobs/${digest}`,
    });
    return answer.status === 200;
  }

  async putBlob(reference: Reference, digest: string, data: Uint8Array): Promise<void> {
    const start = await this.call(reference, 'pull,push', {
      method: 'POST',
      target: `/v2/${reference.path}/blobs/uploads/`,
    });
    const location = start.answer.headers.get('location') ?? '';
    if (start.answer.status !== 202 || location === '') throw unexpected(start.answer, reference, location);
    const path = location.replace(/^https?:\/\/[^/]+/, '');
    const { answer } = await this.call(reference, 'pull,push', {
      method: 'PUT',
      target: `${path}${path.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digest)}`,
      headers: { 'Content-Type': 'application/octet-stream' },
      body: data,
    });
    if (answer.status !== 201) throw unexpected(answer, reference, path);
  }

  async putManifest(reference: Reference, target: string, manifest: FetchedManifest): Promise<void> {
    const { answer } = await this.call(reference, 'pull,push', {
      method: 'PUT',
      target: `/v2/${reference.path}/manifests/${target}`,
      headers: { 'Content-Type': manifest.mediaType },
      body: manifest.raw,
    });
    if (answer.status !== 201) throw unexpected(answer, reference, `/v2/${reference.path}/manifests/${target}`);
  }

  private async call(
    reference: Reference,
    actions: string,
    options: RequestOptions,
  ): Promise<{ answer: HttpAnswer; body: Uint8Array }> {
    const scope = `repository:${reference.path}:${actions}`;
    const key = `${reference.domain} ${scope}`;
    const known = this.tokens.get(key);
    const first = await this.send(reference.domain, options, known);
    if (first.answer.status !== 401 || known !== undefined) return first;
    const token = await this.authorize(reference, scope, first.answer.headers.get('www-authenticate') ?? '');
    if (token === undefined) return first;
    this.tokens.set(key, token);
    return this.send(reference.domain, options, token);
  }

  private async authorize(reference: Reference, scope: string, challenge: string): Promise<string | undefined> {
    const known = this.cli.config.credentials(registryServer(reference));
    const basic = known === undefined ? undefined : `Basic ${btoa(`${known.username}:${known.password}`)}`;
    if (/^basic/i.test(challenge)) return basic;
    const realm = /realm="([^"]*)"/.exec(challenge)?.[1];
    const service = /service="([^"]*)"/.exec(challenge)?.[1] ?? '';
    const where = realm === undefined ? null : /^https?:\/\/([^/]+)(\/.*)$/.exec(realm);
    if (where === null) return undefined;
    const target = `${where[2] ?? '/'}?scope=${encodeURIComponent(scope)}&service=${encodeURIComponent(service)}`;
    const { answer, body } = await this.send(where[1] ?? '', { target }, basic);
    if (answer.status !== 200) return undefined;
    const { token, access_token: access } = JSON.parse(new TextDecoder().decode(body)) as {
      token?: string;
      access_token?: string;
    };
    return `Bearer ${token ?? access ?? ''}`;
  }

  private async send(
    domain: string,
    options: RequestOptions,
    authorization: string | undefined,
  ): Promise<{ answer: HttpAnswer; body: Uint8Array }> {
    const { sys } = this.cli;
    const authority = domain === 'docker.io' ? 'registry-1.docker.io' : domain;
    const [, host = authority, port] = /^(.*?)(?::(\d+))?$/.exec(authority) ?? [];
    const local = host === 'localhost' || host.startsWith('127.');
    const verb = (options.method ?? 'GET').toLowerCase().replace(/^./, (char) => char.toUpperCase());
    const failed = (detail: string): CliError =>
      new CliError(`failed to do request: ${verb} "https://${authority}${options.target}": ${detail}`);
    let address = host === 'localhost' ? '127.0.0.1' : host;
    if (!/^[\d.]+$/.test(address)) {
      const [found] = await sys.resolve(host);
      if (found === undefined) throw failed(`dial tcp: lookup ${host}: no such host`);
      address = found;
    }
    const number = Number(port ?? (local ? 80 : 443));
    let fd: number;
    try {
      fd = await sys.connect({ family: 'inet', host: address, port: number });
    } catch (error) {
      if (!isErrno(error)) throw error;
      throw failed(
        `dial tcp ${host === 'localhost' ? '[::1]' : address}:${number}: connect: ${goReason(error.message)}`,
      );
    }
    const channel = sysChannel(sys, fd);
    const answer = await request(channel, {
      ...options,
      headers: {
        Host: authority,
        Connection: 'close',
        ...(authorization === undefined ? {} : { Authorization: authorization }),
        ...options.headers,
      },
    });
    const body = await readAll(answer.body);
    channel.close();
    return { answer, body };
  }
}

function unexpected(answer: HttpAnswer, reference: Reference, path: string): CliError {
  return new CliError(
    `unexpected status from request to https://${reference.domain}${path}: ${answer.status} ${answer.reason}`.trim(),
  );
}

/** A manifest's content. */
export function contentOf(manifest: FetchedManifest): ManifestContent {
  return JSON.parse(new TextDecoder().decode(manifest.raw)) as ManifestContent;
}

/** `linux/arm64/v8` for a platform. */
export function platformName(platform: NonNullable<ManifestDescriptor['platform']>): string {
  return [platform.os, platform.architecture, platform.variant]
    .filter((part) => part !== undefined && part !== '')
    .join('/');
}
