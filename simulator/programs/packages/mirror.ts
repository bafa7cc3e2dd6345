/** The package mirrors of the simulated internet: Debian's, Ubuntu's and Alpine's, as HTTP handlers. */
import type { HttpHandler } from '../../http/http.ts';
import { DEBIAN_EXTRA } from '../names.ts';
import { NET_PACKAGES } from '../net/names.ts';
import { ALPINE_ARCHIVE } from './alpine-data.ts';
import { BOOKWORM_ARCHIVE, RECOMMENDS, REPLACES } from './debian-data.ts';

const rows = (text: string): string[][] => text.split('\n').map((line) => line.split(' '));

/** The Packages index of the archive; packages that only have executables here are offered too. */
function packagesIndex(): string {
  const listed = rows(BOOKWORM_ARCHIVE);
  const known = new Set(listed.map(([name]) => name));
  for (const name of [...Object.keys(DEBIAN_EXTRA), ...Object.keys(NET_PACKAGES)])
    if (!known.has(name)) listed.push([name, '1.0-1', '200', '80']);
  return listed
    .map(([name, version, installed, size, depends]) =>
      [
        `Package: ${name}`,
        `Version: ${version}`,
        `Installed-Size: ${installed}`,
        'Architecture: amd64',
        ...(depends === undefined ? [] : [`Depends: ${depends.replace(/,/g, ', ')}`]),
        ...(RECOMMENDS[name!] === undefined ? [] : [`Recommends: ${RECOMMENDS[name!]!.join(', ')}`]),
        ...(REPLACES[name!] === undefined ? [] : [`Replaces: ${REPLACES[name!]!.join(', ')}`]),
        `Description: ${name} package`,
        `Filename: pool/main/${name!.replace(/^(lib.|.).*/, '$1')}/${name}/${name}_${version!.replace(/^\d+:/, '')}_amd64.deb`,
        `Size: ${Number(size) * 1000}`,
      ].join('\n'),
    )
    .join('\n\n');
}

const TEXT = { 'Content-Type': 'text/plain' };

/** What deb.debian.org and archive.ubuntu.com answer. Only `main` of a release's own suite holds packages. */
export const debianMirror: HttpHandler = async ({ path }) => {
  const suite = /\/dists\/([^/]+)\/(.*)$/.exec(path);
  if (suite) {
    if (suite[2] === 'InRelease') return { status: 200, headers: TEXT, body: `Origin: Debian\nSuite: ${suite[1]}\n` };
    const own = !suite[1]!.includes('-') && suite[2]!.startsWith('main/');
    if (suite[2]!.includes('/Packages')) return { status: 200, headers: TEXT, body: own ? packagesIndex() : '' };
  }
  if (/\/pool\/.*\.deb$/.test(path)) return { status: 200, body: '!<arch>\n' };
  return { status: 404, headers: TEXT, body: 'Not Found\n' };
};

/** What dl-cdn.alpinelinux.org answers. */
export const alpineMirror: HttpHandler = async ({ path }) => {
  if (/\/(main|community)\/x86_64\/APKINDEX\.tar\.gz$/.test(path))
    return { status: 200, headers: TEXT, body: path.includes('/main/') ? ALPINE_ARCHIVE : '' };
  if (path.endsWith('.apk')) return { status: 200, body: 'apk' };
  return { status: 404, headers: TEXT, body: 'Not Found\n' };
};
