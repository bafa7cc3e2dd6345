/** The program of the `registry` image: distribution's registry, serving what lies under its root directory. */
import { sysChannel } from '../http/channel.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from '../http/http.ts';
import { serve } from '../http/server.ts';
import type { Sys } from '../kernel/abi.ts';
import { isErrno } from '../kernel/errno.ts';
import type { Program } from '../kernel/programs.ts';
import { bcryptMatches } from './bcrypt.ts';
import { RegistryApiError } from './errors.ts';
import { registryHandler, type RegistryOptions } from './server.ts';
import { FileStorage, type RegistryFiles } from './storage.ts';

interface Configuration {
  readonly address: string;
  readonly root: string;
  readonly deletes: boolean;
  readonly readonly: boolean;
  /** Basic authentication against a password file. */
  readonly auth: { readonly realm: string; readonly path: string } | undefined;
}

/** Reads the few settings that matter here, with the environment's overrides (REGISTRY_…). */
function configure(text: string, env: Readonly<Record<string, string>>): Configuration {
  const value = (pattern: RegExp): string | undefined => pattern.exec(text)?.[1]?.trim();
  const flag = (given: string | undefined): boolean => given === 'true' || given === '1';
  return {
    address: env['REGISTRY_HTTP_ADDR'] ?? value(/^\s+addr:\s*["']?([^"'\s]+)/m) ?? ':5000',
    root:
      env['REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY'] ?? value(/^\s+rootdirectory:\s*(\S+)/m) ?? '/var/lib/registry',
    deletes: flag(env['REGISTRY_STORAGE_DELETE_ENABLED'] ?? value(/^\s+delete:\s*\n\s+enabled:\s*(\S+)/m)),
    readonly: flag(env['REGISTRY_STORAGE_MAINTENANCE_READONLY_ENABLED']),
    auth:
      env['REGISTRY_AUTH'] === 'htpasswd' || /^auth:\s*\n\s+htpasswd:/m.test(text)
        ? {
            realm: env['REGISTRY_AUTH_HTPASSWD_REALM'] ?? value(/^\s+realm:\s*["']?([^"'\n]+)/m) ?? 'Registry',
            path: env['REGISTRY_AUTH_HTPASSWD_PATH'] ?? value(/^\s+path:\s*["']?([^"'\s]+)/m) ?? '',
          }
        : undefined,
  };
}

/** Files of the process below `root`. */
function processFiles(sys: Sys, root: string): RegistryFiles {
  const missing = <T>(work: () => T, fallback: T): T => {
    try {
      return work();
    } catch (error) {
      if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return fallback;
      throw error;
    }
  };
  const ensure = (dir: string): void => {
    let path = '';
    for (const part of dir.split('/').filter((piece) => piece !== '')) {
      path += `/${part}`;
      try {
        sys.mkdir(path, 0o755);
      } catch (error) {
        if (!isErrno(error, 'EEXIST')) throw error;
      }
    }
  };
  const remove = (path: string): void => {
    if (sys.lstat(path).type === 'dir') {
      for (const { name } of sys.readdir(path)) remove(`${path}/${name}`);
      sys.rmdir(path);
    } else {
      sys.unlink(path);
    }
  };
  return {
    read: (path) => missing(() => sys.readFile(`${root}/${path}`), undefined),
    write: (path, bytes) => {
      const full = `${root}/${path}`;
      ensure(full.slice(0, full.lastIndexOf('/')));
      sys.writeFile(full, bytes);
    },
    remove: (path) => missing(() => remove(`${root}/${path}`), undefined),
    list: (path) => missing(() => sys.readdir(`${root}/${path}`).map((entry) => entry.name), []),
  };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n: number): string => String(n).padStart(2, '0');
function logTime(ms: number): string {
  const d = new Date(ms);
  return `${two(d.getUTCDate())}/${MONTHS[d.getUTCMonth()]}/${d.getUTCFullYear()}:${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())} +0000`;
}

function uuid(sys: Sys): string {
  let text = '';
  for (let i = 0; i < 32; i++) text += sys.random(16).toString(16);
  return text;
}
const dashed = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;

const USAGE = `\`registry\`

Usage:
  registry [flags]
  registry [command]

Available Commands:
  serve           \`serve\` stores and distributes Docker images
  garbage-collect \`garbage-collect\` deletes layers not referenced by any manifests
  help            Help about any command

Flags:
  -h, --help      help for registry
  -v, --version   show the version and exit

Use "registry [command] --help" for more information about a command.
`;

/** /bin/registry. */
export const registry: Program = async (sys) => {
  const [, command, ...rest] = sys.argv;
  const version = rest.some((arg) => arg.startsWith('/etc/docker/')) ? '2.8.3' : '3.0.0';
  if (command === '--version' || command === '-v') {
    await sys.write(1, `registry github.com/distribution/distribution/v3 ${version}\n`);
    return 0;
  }
  const path = rest.find((arg) => !arg.startsWith('-'));
  if ((command !== 'serve' && command !== 'garbage-collect') || path === undefined) {
    await sys.write(
      command === undefined || command === 'help' || command === '-h' || command === '--help' ? 1 : 2,
      USAGE,
    );
    return command === undefined || command === 'help' ? 0 : 1;
  }
  let text: string;
  try {
    text = sys.readText(path);
  } catch (error) {
    if (!isErrno(error)) throw error;
    await sys.write(2, `configuration error: open ${path}: ${error.message.toLowerCase()}\n${USAGE}`);
    return 1;
  }
  const configuration = configure(text, sys.env);
  const files = processFiles(sys, configuration.root);
  if (command === 'garbage-collect')
    return (await sys.external(import('./garbage.ts'))).collectGarbage(sys, files, rest);
  return serveRegistry(sys, configuration, { files, version });
};

async function serveRegistry(
  sys: Sys,
  configuration: Configuration,
  { files, version }: { files: RegistryFiles; version: string },
): Promise<number> {
  const instance = dashed(uuid(sys));
  const log = (level: string, message: string): Promise<void> =>
    sys.write(
      2,
      `time="${new Date(sys.now()).toISOString().replace(/0*Z$/, 'Z')}" level=${level} msg=${JSON.stringify(message)} go.version=go1.20.8 instance.id=${instance} service=registry version=${version} \n`,
    );
  await log(
    'warning',
    'No HTTP secret provided - generated random secret. This may cause problems with uploads if multiple registries are behind a load-balancer. To provide a shared secret, fill in http.secret in the configuration file or set the REGISTRY_HTTP_SECRET environment variable.',
  );
  await log('info', 'redis not configured');
  await log('info', 'Starting upload purge in 14m0s');
  await log('info', 'using inmemory blob descriptor cache');
  const colon = configuration.address.lastIndexOf(':');
  const host = configuration.address.slice(0, colon) || '0.0.0.0';
  const port = Number(configuration.address.slice(colon + 1));
  let listener: number;
  try {
    listener = sys.listen({ family: 'inet', host, port });
  } catch (error) {
    if (!isErrno(error)) throw error;
    await log('fatal', `listen tcp ${configuration.address}: bind: ${error.message.toLowerCase()}`);
    return 1;
  }
  // Go programs die of SIGTERM even as process 1, since their runtime handles signals.
  sys.signal('SIGPIPE', 'ignore');
  sys.signal('SIGTERM', () => void sys.exit(2));
  sys.signal('SIGINT', () => void sys.exit(2));
  await log('info', `listening on [::]:${port}`);
  const handler = registryHandler({
    storage: new FileStorage(files),
    deletes: configuration.deletes,
    readonly: configuration.readonly,
    version: version.startsWith('2') ? 2 : 3,
    uuid: () => uuid(sys),
    ...(configuration.auth ? { authorise: passwordFile(sys, configuration.auth) } : {}),
  });
  for (;;) {
    const fd = await sys.accept(listener);
    sys.closeOnExec(fd, true);
    const peer = sys.peername(fd);
    const from = peer.family === 'inet' ? peer.host : '';
    const logged: HttpHandler = async (request) => {
      const response = await handler(request);
      await sys.write(1, accessLine(from, sys.now(), request, response));
      return response;
    };
    void serve(sysChannel(sys, fd), logged, { now: () => sys.now() });
  }
}

/** Lets only those in whose password is in the file, which is read anew for each request. */
function passwordFile(
  sys: Sys,
  { realm, path }: { realm: string; path: string },
): NonNullable<RegistryOptions['authorise']> {
  const checked = new Map<string, boolean>();
  const matches = (password: string, hash: string): boolean => {
    const key = `${hash} ${password}`;
    let result = checked.get(key);
    if (result === undefined) checked.set(key, (result = bcryptMatches(password, hash)));
    return result;
  };
  const hashOf = (user: string): string | undefined => {
    try {
      const line = sys
        .readText(path)
        .split('\n')
        .find((one) => one.startsWith(`${user}:`));
      return line?.slice(user.length + 1).trim();
    } catch (error) {
      if (isErrno(error)) return undefined; // no file, no users
      throw error;
    }
  };
  return (request, name, action) => {
    const basic = /^Basic (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
    const [user = '', ...rest] = basic === undefined ? [] : atob(basic).split(':');
    const hash = user === '' ? undefined : hashOf(user);
    if (hash !== undefined && matches(rest.join(':'), hash)) return;
    throw new RegistryApiError('UNAUTHORIZED', {
      detail: name === undefined ? null : [{ Type: 'repository', Class: '', Name: name, Action: action }],
      headers: { 'Www-Authenticate': `Basic realm="${realm}"` },
    });
  };
}

/** One line of the access log in Apache's combined form. */
function accessLine(from: string, now: number, request: HttpRequest, response: HttpResponse): string {
  const { body } = response;
  const length = typeof body === 'string' || body instanceof Uint8Array ? body.length : 0;
  const size = Number(response.headers?.['Content-Length'] ?? length);
  const query = request.query.toString();
  const target = request.path + (query === '' ? '' : `?${query}`);
  const agent = JSON.stringify(request.headers.get('user-agent') ?? '');
  return `${from} - - [${logTime(now)}] "${request.method} ${target} HTTP/1.1" ${response.status} ${size} "" ${agent}\n`;
}
