/** What packages lay on the disk: their executables, a few files of configuration, and the rest as one big file. */
import type { Sys } from '../../kernel/abi.ts';
import { isErrno } from '../../kernel/errno.ts';
import { ZEROS } from '../../kernel/fs/content.ts';
import { allBytes } from '../../kernel/fs/data.ts';
import { executable } from '../../kernel/programs.ts';
import { DEBIAN_EXTRA, type ToolFiles } from '../names.ts';
import { NET_PACKAGES } from '../net/names.ts';
import { APACHE_DIRS, APACHE_FILES, APACHE_LINKS } from './apache-files.ts';

/** Files that programs look for: configuration that servers need to start, and the like. */
const FILES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ...APACHE_FILES,
  // Keeps pip from installing into the distribution's own python3 (PEP 668).
  'libpython3.11-stdlib': {
    '/usr/lib/python3.11/EXTERNALLY-MANAGED': `[externally-managed]
Error=To install Python packages system-wide, try apt install
 python3-xyz, where xyz is the package you are trying to
 install.
 
 If you wish to install a non-Debian-packaged Python package,
 create a virtual environment using python3 -m venv path/to/venv.
 Then use path/to/venv/bin/python and path/to/venv/bin/pip. Make
 sure you have python3-full installed.
 
 If you wish to install a non-Debian packaged Python application,
 it may be easiest to use pipx install xyz, which will manage a
 virtual environment for you. Make sure you have pipx installed.
 
 See /usr/share/doc/python3.11/README.venv for more information.
`,
  },
  'nginx-common': {
    '/etc/nginx/nginx.conf': `user www-data;
worker_processes auto;
pid /run/nginx.pid;
error_log /var/log/nginx/error.log;
include /etc/nginx/modules-enabled/*.conf;

events {
	worker_connections 768;
}

http {
	sendfile on;
	tcp_nopush on;
	types_hash_max_size 2048;
	include /etc/nginx/mime.types;
	default_type application/octet-stream;
	access_log /var/log/nginx/access.log;
	gzip on;
	include /etc/nginx/conf.d/*.conf;
	include /etc/nginx/sites-enabled/*;
}
`,
    '/etc/nginx/mime.types': `types {
    text/html html htm;
    text/css css;
    application/javascript js;
    application/json json;
    image/png png;
    image/jpeg jpg jpeg;
    image/svg+xml svg;
    text/plain txt;
}
`,
    '/etc/nginx/sites-available/default': `server {
	listen 80 default_server;
	listen [::]:80 default_server;
	root /var/www/html;
	index index.html index.htm index.nginx-debian.html;
	server_name _;
	location / {
		try_files $uri $uri/ =404;
	}
}
`,
    '/etc/nginx/sites-enabled/default': `include /etc/nginx/sites-available/default;\n`,
    '/var/www/html/index.nginx-debian.html': `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>
</body>
</html>
`,
  },
};
const LINKS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ...APACHE_LINKS,
  'python-is-python3': { '/usr/bin/python': 'python3' },
};
const DIRS: Readonly<Record<string, readonly string[]>> = {
  apache2: APACHE_DIRS,
  'nginx-common': ['/var/log/nginx', '/var/lib/nginx', '/etc/nginx/conf.d', '/etc/nginx/modules-enabled'],
};

/** Path → program of a Debian package. */
export const debianTools = (name: string): ToolFiles => ({ ...DEBIAN_EXTRA[name], ...NET_PACKAGES[name] });

/** Makes a directory and those above it; tells of the ones it made. */
export function ensureDir(sys: Sys, path: string): string[] {
  const made: string[] = [];
  let at = '';
  for (const part of path.split('/').filter((piece) => piece !== '')) {
    at += `/${part}`;
    try {
      sys.mkdir(at, 0o755);
      made.push(at);
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
    }
  }
  return made;
}

/** Writes `size` bytes: `head`, then zeros, which take disk but no memory. */
export async function writePadded(sys: Sys, path: string, head: Uint8Array, size: number, mode: number): Promise<void> {
  const fd = sys.open(path, { write: true, create: true, truncate: true }, mode);
  try {
    await sys.write(fd, head);
    for (let left = size - head.length; left > 0; left -= ZEROS.length)
      await sys.write(fd, left >= ZEROS.length ? ZEROS : ZEROS.subarray(0, left));
  } finally {
    sys.close(fd);
  }
}

/** Lays a package's files; returns their paths for the list that dpkg keeps. */
export async function layPackage(
  sys: Sys,
  name: string,
  kilobytes: number,
  options: { readonly tools: ToolFiles; readonly bulk: string; readonly doc?: string },
): Promise<string[]> {
  const laid: string[] = [];
  const dirOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';
  let left = kilobytes * 1024;
  for (const [path, program] of Object.entries(options.tools)) {
    ensureDir(sys, dirOf(path));
    const size = Math.max(4096, Math.min(16_384, left));
    try {
      sys.unlink(path);
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) throw error;
    }
    sys.writeFile(path, allBytes(executable(program, size)), 0o755);
    left -= size;
    laid.push(path);
  }
  for (const dir of DIRS[name] ?? []) laid.push(...ensureDir(sys, dir));
  for (const [path, text] of Object.entries(FILES[name] ?? {})) {
    ensureDir(sys, dirOf(path));
    sys.writeFile(path, text, text.startsWith('#!') ? 0o755 : 0o644);
    laid.push(path);
  }
  for (const [path, target] of Object.entries(LINKS[name] ?? {})) {
    ensureDir(sys, dirOf(path));
    try {
      sys.unlink(path);
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) throw error;
    }
    sys.symlink(target, path);
    laid.push(path);
  }
  if (options.doc !== undefined) {
    ensureDir(sys, dirOf(options.doc));
    sys.writeFile(options.doc, `This package is part of the distribution.\n`);
    laid.push(options.doc);
  }
  if (left > 0) {
    ensureDir(sys, dirOf(options.bulk));
    await writePadded(sys, options.bulk, new Uint8Array(0), left, 0o644);
    laid.push(options.bulk);
  }
  return laid;
}

/** Takes files of a package away, and directories that become empty. */
export function removeFiles(sys: Sys, paths: readonly string[]): void {
  for (const path of [...paths].sort().reverse()) {
    try {
      if (sys.lstat(path).type === 'dir') sys.rmdir(path);
      else sys.unlink(path);
    } catch (error) {
      if (!isErrno(error, 'ENOENT') && !isErrno(error, 'ENOTEMPTY') && !isErrno(error, 'EBUSY')) throw error;
    }
  }
}
