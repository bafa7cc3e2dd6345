/** Named daemons, kept below `~/.docker/contexts` as docker keeps them. */
import { sha256 } from '@noble/hashes/sha2.js';
import { isErrno } from '../../kernel/errno.ts';
import type { Sys } from '../../kernel/abi.ts';
import { DEFAULT_CONTEXT } from './config.ts';
import { CliError } from './errors.ts';
import { fileError } from './local-files.ts';

export interface ContextMetadata {
  readonly Name: string;
  readonly Metadata: { readonly Description?: string };
  readonly Endpoints: { readonly docker?: { readonly Host: string; readonly SkipTLSVerify: boolean } };
}

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$/;

/** Throws docker's error for what cannot name a context. */
export function checkContextName(name: string): void {
  if (name === '') throw new CliError('context name cannot be empty');
  if (name === DEFAULT_CONTEXT) throw new CliError('"default" is a reserved context name');
  if (!NAME.test(name)) {
    throw new CliError(
      `context name ${JSON.stringify(name)} is invalid, names are validated against regexp "${NAME.source}"`,
    );
  }
}

export class ContextStore {
  private readonly sys: Sys;
  private readonly dir: string;

  constructor(sys: Sys, configDir: string) {
    this.sys = sys;
    this.dir = `${configDir}/contexts`;
  }

  /** The folders of a context's metadata and keys. */
  paths(name: string): { metadata: string; tls: string } {
    const id = [...sha256(new TextEncoder().encode(name))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return { metadata: `${this.dir}/meta/${id}`, tls: `${this.dir}/tls/${id}` };
  }

  /** Throws where there is none of this name. */
  get(name: string): ContextMetadata {
    const path = `${this.paths(name).metadata}/meta.json`;
    try {
      return this.read(path);
    } catch (error) {
      throw new CliError(
        `context ${JSON.stringify(name)}: context not found: ${fileError('open', path, error).message}`,
      );
    }
  }

  has(name: string): boolean {
    try {
      return this.sys.stat(this.paths(name).metadata).type === 'dir';
    } catch (error) {
      if (isErrno(error)) return false;
      throw error;
    }
  }

  list(): ContextMetadata[] {
    try {
      return this.sys.readdir(`${this.dir}/meta`).map(({ name }) => this.read(`${this.dir}/meta/${name}/meta.json`));
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return [];
      throw error;
    }
  }

  put(context: ContextMetadata): void {
    const { metadata } = this.paths(context.Name);
    const parts = metadata.split('/');
    for (let i = 2; i <= parts.length; i++) this.makeDir(parts.slice(0, i).join('/'));
    this.sys.writeFile(`${metadata}/meta.json`, JSON.stringify(context), 0o644);
  }

  remove(name: string): void {
    const { metadata } = this.paths(name);
    if (!this.has(name)) return;
    for (const child of this.sys.readdir(metadata)) this.sys.unlink(`${metadata}/${child.name}`);
    this.sys.rmdir(metadata);
  }

  private read(path: string): ContextMetadata {
    return JSON.parse(this.sys.readText(path)) as ContextMetadata;
  }

  private makeDir(path: string): void {
    try {
      this.sys.mkdir(path, 0o755);
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
    }
  }
}
