/** The client's own file, `~/.docker/config.json`. */
import type { Sys } from '../../kernel/abi.ts';
import { isErrno } from '../../kernel/errno.ts';

export interface AuthEntry {
  auth?: string;
  identitytoken?: string;
}

interface Content {
  auths?: Record<string, AuthEntry>;
  HttpHeaders?: Record<string, string>;
  psFormat?: string;
  imagesFormat?: string;
  networksFormat?: string;
  volumesFormat?: string;
  statsFormat?: string;
  detachKeys?: string;
  currentContext?: string;
  [key: string]: unknown;
}

/** The context that stands for `DOCKER_HOST` or the machine's own daemon. */
export const DEFAULT_CONTEXT = 'default';

/** The server name credentials of Docker Hub are kept under. */
export const HUB_SERVER = 'https://index.docker.io/v1/';

export class ConfigFile {
  private readonly sys: Sys;
  readonly dir: string;
  readonly content: Content;
  /** What is wrong with the file; empty when nothing is. */
  warning = '';

  constructor(sys: Sys, dir: string) {
    this.sys = sys;
    this.dir = dir;
    this.content = this.read();
  }

  get path(): string {
    return `${this.dir}/config.json`;
  }

  private read(): Content {
    try {
      return JSON.parse(this.sys.readText(this.path)) as Content;
    } catch (error) {
      if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return {};
      if (error instanceof SyntaxError) {
        this.warning = `WARNING: Error parsing config file (${this.path}): ${jsonProblem(error, this.sys.readText(this.path))}`;
        return {};
      }
      throw error;
    }
  }

  /** Writes the file, keys in Docker's order, readable by its owner only. */
  save(): void {
    if (!this.exists(this.dir)) this.sys.mkdir(this.dir, 0o700);
    this.sys.writeFile(this.path, `${JSON.stringify(this.content, undefined, '\t')}`, 0o600);
  }

  private exists(path: string): boolean {
    try {
      this.sys.stat(path);
      return true;
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return false;
      throw error;
    }
  }

  /** User name and password kept for a registry. */
  credentials(server: string): { username: string; password: string } | undefined {
    const auth = this.content.auths?.[server]?.auth;
    if (auth === undefined) return undefined;
    const text = atob(auth);
    const colon = text.indexOf(':');
    return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
  }

  /** The `X-Registry-Auth` header for a registry. */
  authHeader(server: string): string {
    const known = this.credentials(server);
    const entry = known === undefined ? {} : { ...known, serveraddress: server };
    return base64Url(JSON.stringify(entry));
  }
}

/** Go's words for JSON that cannot be read. */
function jsonProblem(error: SyntaxError, text: string): string {
  if (text.trim() === '') return 'EOF';
  const at = Number(/position (\d+)/.exec(error.message)?.[1] ?? NaN);
  if (Number.isNaN(at) || at >= text.trimEnd().length) return 'unexpected EOF';
  return `invalid character '${text.charAt(at)}' looking for beginning of value`;
}

/** Base64 with the URL alphabet, padded. */
export function base64Url(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_');
}
