/** The dpkg database of Debian-like roots, made from a short table: `name version size-in-kB` per package. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  /** Installed-Size in kB. */
  readonly size: number;
}

export function packageTable(text: string): DebianPackage[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [name, version, size] = line.trim().split(/\s+/);
      return { name: name!, version: version!, size: Number(size ?? 100) };
    });
}

const isLibrary = (name: string): boolean => /^lib|^zlib1g$|^gcc-/.test(name);
const ALL = new Set([
  'adduser',
  'debconf',
  'debian-archive-keyring',
  'ubuntu-keyring',
  'libaudit-common',
  'libpam-runtime',
  'libsemanage-common',
  'ncurses-base',
  'tzdata',
  'usr-is-merged',
  'init-system-helpers',
  'media-types',
  'netbase',
  'openssl-provider-legacy',
]);
const ESSENTIAL = new Set([
  'base-files',
  'base-passwd',
  'bash',
  'bsdutils',
  'coreutils',
  'dash',
  'debianutils',
  'diffutils',
  'dpkg',
  'findutils',
  'grep',
  'gzip',
  'hostname',
  'init-system-helpers',
  'libc-bin',
  'login',
  'ncurses-base',
  'ncurses-bin',
  'perl-base',
  'sed',
  'sysvinit-utils',
  'tar',
  'util-linux',
]);

/** /var/lib/dpkg/status for installed packages. */
export const dpkgStatus = (packages: readonly DebianPackage[], maintainer: string): string =>
  packages
    .map(({ name, version, size }) => {
      const architecture = ALL.has(name) ? 'all' : 'amd64';
      return (
        `Package: ${name}\n` +
        (ESSENTIAL.has(name) ? 'Essential: yes\n' : '') +
        `Status: install ok installed\nPriority: ${ESSENTIAL.has(name) ? 'required' : 'optional'}\n` +
        `Section: ${isLibrary(name) ? 'libs' : 'admin'}\nInstalled-Size: ${size}\nMaintainer: ${maintainer}\n` +
        `Architecture: ${architecture}\n` +
        (isLibrary(name) && architecture === 'amd64' ? 'Multi-Arch: same\n' : '') +
        `Version: ${version}\nDescription: ${describe(name)}\n\n`
      );
    })
    .join('');

function describe(name: string): string {
  const known: Readonly<Record<string, string>> = {
    apt: 'commandline package manager',
    bash: 'GNU Bourne Again SHell',
    coreutils: 'GNU core utilities',
    dash: 'POSIX-compliant shell',
    dpkg: 'Debian package management system',
    grep: 'GNU grep, egrep and fgrep',
    libc6: 'GNU C Library: Shared libraries',
    'perl-base': 'minimal Perl system',
    sed: 'GNU stream editor for filtering/transforming text',
    tar: 'GNU version of the tar archiving utility',
    tzdata: 'time zone and daylight-saving time data',
    'util-linux': 'miscellaneous system utilities',
    zlib1g: 'compression library - runtime',
  };
  return known[name] ?? (isLibrary(name) ? `shared library (${name})` : `${name} package`);
}
