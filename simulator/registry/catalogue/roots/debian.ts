/** The roots of `debian` and `ubuntu`: GNU tools, bash, apt and dpkg, with /usr merged. */
import type { Layer } from '../../../kernel/fs/layer.ts';
import { DEBIAN_BASE, GNU_COREUTILS } from '../../../programs/names.ts';
import { LayerDraft } from '../draft.ts';
import { DEBIAN_GROUP, DEBIAN_PASSWD, shadowFor, UBUNTU_GROUP, UBUNTU_PASSWD } from './accounts.ts';
import { dpkgStatus, packageTable } from './dpkg.ts';
import { BOOKWORM_PACKAGES, NOBLE_PACKAGES, TRIXIE_PACKAGES } from './packages.ts';

export interface DebianRelease {
  readonly id: 'debian' | 'ubuntu';
  readonly codename: string;
  /** `12` or `24.04`. */
  readonly version: string;
  /** What /etc/debian_version says. */
  readonly point: string;
  /** Without documentation and translations. */
  readonly slim: boolean;
  /** Bytes that all files together come to. */
  readonly size: number;
}

const BASHRC = `# System-wide .bashrc file for interactive bash(1) shells.

# If not running interactively, don't do anything
[ -z "\${PS1-}" ] && return

# check the window size after each command and, if necessary,
# update the values of LINES and COLUMNS.
shopt -s checkwinsize

# set variable identifying the chroot you work in (used in the prompt below)
if [ -z "\${debian_chroot:-}" ] && [ -r /etc/debian_chroot ]; then
    debian_chroot=$(cat /etc/debian_chroot)
fi

# set a fancy prompt (non-color, overwrite the one in /etc/profile)
PS1='\${debian_chroot:+($debian_chroot)}\\u@\\h:\\w\\$ '
`;

const PROFILE = `# /etc/profile: system-wide .profile file for the Bourne shell (sh(1))
# and Bourne compatible shells (bash(1), ksh(1), ash(1), ...).

if [ "$(id -u)" -eq 0 ]; then
  PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
else
  PATH="/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games"
fi
export PATH

if [ "\${PS1-}" ]; then
  if [ "\${BASH-}" ] && [ "$BASH" != "/bin/sh" ]; then
    # The file bash.bashrc already sets the default PS1.
    if [ -f /etc/bash.bashrc ]; then
      . /etc/bash.bashrc
    fi
  else
    if [ "$(id -u)" -eq 0 ]; then
      PS1='# '
    else
      PS1='$ '
    fi
  fi
fi

if [ -d /etc/profile.d ]; then
  for i in /etc/profile.d/*.sh; do
    if [ -r $i ]; then
      . $i
    fi
  done
  unset i
fi
`;

const ROOT_BASHRC = `# ~/.bashrc: executed by bash(1) for non-login shells.

# Note: PS1 and umask are already set in /etc/profile. You should not
# need this unless you want different defaults for root.
# PS1='\${debian_chroot:+($debian_chroot)}\\h:\\w\\$ '
# umask 022
`;

const ROOT_PROFILE = `# ~/.profile: executed by Bourne-compatible login shells.

if [ "$BASH" ]; then
  if [ -f ~/.bashrc ]; then
    . ~/.bashrc
  fi
fi

mesg n 2> /dev/null || true
`;

const osRelease = (release: DebianRelease): string =>
  release.id === 'ubuntu'
    ? `PRETTY_NAME="Ubuntu ${release.point}"
NAME="Ubuntu"
VERSION_ID="${release.version}"
VERSION="${release.point} (${ubuntuName(release.codename)})"
VERSION_CODENAME=${release.codename}
ID=ubuntu
ID_LIKE=debian
HOME_URL="https://www.ubuntu.com/"
SUPPORT_URL="https://help.ubuntu.com/"
BUG_REPORT_URL="https://bugs.launchpad.net/ubuntu/"
PRIVACY_POLICY_URL="https://www.ubuntu.com/legal/terms-and-policies/privacy-policy"
UBUNTU_CODENAME=${release.codename}
LOGO=ubuntu-logo
`
    : `PRETTY_NAME="Debian GNU/Linux ${release.version} (${release.codename})"
NAME="Debian GNU/Linux"
VERSION_ID="${release.version}"
VERSION="${release.version} (${release.codename})"
VERSION_CODENAME=${release.codename}
${release.version === '13' ? `DEBIAN_VERSION_FULL=${release.point}\n` : ''}ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
`;

const ubuntuName = (codename: string): string =>
  ({ noble: 'Noble Numbat', jammy: 'Jammy Jellyfish' })[codename] ?? codename;

function sources(release: DebianRelease): [string, string] {
  const { codename } = release;
  if (release.id === 'ubuntu') {
    return [
      '/etc/apt/sources.list.d/ubuntu.sources',
      `Types: deb
URIs: http://archive.ubuntu.com/ubuntu/
Suites: ${codename} ${codename}-updates ${codename}-backports
Components: main universe restricted multiverse
Signed-By: /usr/share/keyrings/ubuntu-archive-keyring.gpg

Types: deb
URIs: http://security.ubuntu.com/ubuntu/
Suites: ${codename}-security
Components: main universe restricted multiverse
Signed-By: /usr/share/keyrings/ubuntu-archive-keyring.gpg
`,
    ];
  }
  return [
    '/etc/apt/sources.list.d/debian.sources',
    `Types: deb
URIs: http://deb.debian.org/debian
Suites: ${codename} ${codename}-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://deb.debian.org/debian-security
Suites: ${codename}-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`,
  ];
}

/** Shared libraries of the base system, with sizes in kB. */
const LIBRARIES = `libacl.so.1.1.2301 35 libapt-pkg.so.6.0.0 2005 libapt-private.so.0.0.0 504 libattr.so.1.1.2501 27
  libaudit.so.1.0.0 129 libblkid.so.1.1.0 347 libbz2.so.1.0.4 74 libc.so.6 1922 libcap-ng.so.0.0.0 31 libcap.so.2.66 47
  libcom_err.so.2.1 18 libcrypt.so.1.1.0 206 libdb-5.3.so 1729 libdebconfclient.so.0.0.0 18 libe2p.so.2.3 43
  libext2fs.so.2.4 451 libffi.so.8.1.2 43 libgcc_s.so.1 125 libgcrypt.so.20.4.1 1304 libgmp.so.10.4.1 517
  libgnutls.so.30.34.3 2190 libgpg-error.so.0.33.1 149 libhogweed.so.6.6 301 libidn2.so.0.3.7 129 liblz4.so.1.9.4 137
  liblzma.so.5.4.1 186 libm.so.6 907 libmd.so.0.0.5 51 libmount.so.1.1.0 420 libnettle.so.8.6 313 libnss_files.so.2 14
  libp11-kit.so.0.3.0 1228 libpam.so.0.85.1 67 libpcre2-8.so.0.11.2 629 libresolv.so.2 60 libseccomp.so.2.5.4 137
  libselinux.so.1 174 libsemanage.so.2 268 libsepol.so.2 743 libsmartcols.so.1.1.0 223 libstdc++.so.6.0.30 2190
  libsystemd.so.0.35.0 893 libtasn1.so.6.6.3 85 libtinfo.so.6.4 212 libudev.so.1.7.5 178 libunistring.so.2.2.0 1977
  libuuid.so.1.3.0 35 libxxhash.so.0.8.1 67 libz.so.1.2.13 121 libzstd.so.1.5.4 755 perl-base/libperl.so 900`;

const PACKAGES = {
  bookworm: BOOKWORM_PACKAGES,
  trixie: TRIXIE_PACKAGES,
  noble: NOBLE_PACKAGES,
  jammy: NOBLE_PACKAGES,
} as const;

const SIZES: Readonly<Record<string, number>> = {
  '/usr/bin/ls': 151_344,
  '/usr/bin/cp': 151_152,
  '/usr/bin/mv': 142_968,
  '/usr/bin/tar': 531_984,
  '/usr/bin/find': 224_848,
  '/usr/bin/grep': 203_152,
  '/usr/bin/sed': 126_424,
  '/usr/bin/dpkg': 318_176,
  '/usr/bin/mawk': 158_488,
};

export function debianRoot(mtime: number, release: DebianRelease): Layer {
  const draft = new LayerDraft(mtime);
  const ubuntu = release.id === 'ubuntu';
  const passwd = ubuntu ? UBUNTU_PASSWD : DEBIAN_PASSWD;
  const packages = packageTable(PACKAGES[release.codename as keyof typeof PACKAGES] ?? BOOKWORM_PACKAGES);
  draft
    .symlink('/bin', 'usr/bin')
    .dirs('/boot /dev /etc /home')
    .symlink('/lib', 'usr/lib')
    .symlink('/lib64', 'usr/lib64')
    .dirs('/media /mnt /opt /proc')
    .dir('/root', { mode: 0o700 })
    .dirs('/run/lock')
    .symlink('/sbin', 'usr/sbin')
    .dirs('/srv /sys')
    .dir('/tmp', { mode: 0o1777 })
    .dirs(
      '/usr/bin /usr/games /usr/include /usr/lib/x86_64-linux-gnu /usr/lib64 /usr/libexec /usr/local/bin /usr/local/etc',
    )
    .dirs(
      '/usr/local/games /usr/local/include /usr/local/lib /usr/local/sbin /usr/local/share/man /usr/local/src /usr/sbin',
    )
    .dirs('/usr/share/doc /usr/share/info /usr/share/keyrings /usr/share/man /usr/share/zoneinfo /usr/src /var/backups')
    .dirs('/var/cache/apt/archives/partial /var/cache/debconf /var/lib/apt/lists/partial /var/lib/dpkg/info')
    .dirs('/var/lib/dpkg/updates /var/lib/misc /var/lib/pam /var/log/apt /var/opt /var/spool/mail')
    .dir('/run/lock', { mode: 0o1777 })
    .dir('/var/local', { mode: 0o2775, gid: 50 })
    .dir('/var/mail', { mode: 0o2775, gid: 8 })
    .dir('/var/tmp', { mode: 0o1777 })
    .symlink('/var/lock', '/run/lock')
    .symlink('/var/run', '/run')
    .symlink('/usr/local/man', 'share/man');
  draft
    .program('/usr/bin/bash', 'bash', 1_265_648)
    .program('/usr/bin/dash', 'dash', 125_640)
    .symlink('/usr/bin/sh', 'dash')
    .symlink('/usr/bin/rbash', 'bash')
    .programs(GNU_COREUTILS, SIZES);
  for (const table of Object.values(DEBIAN_BASE)) draft.programs(table, SIZES);
  draft
    .program('/usr/bin/perl', 'perl', 3_828_464)
    .file('/etc/passwd', passwd)
    .file('/etc/group', ubuntu ? UBUNTU_GROUP : DEBIAN_GROUP)
    .file('/etc/shadow', shadowFor(passwd), { mode: 0o640, gid: 42 })
    .file('/etc/gshadow', '', { mode: 0o640, gid: 42 })
    .file('/etc/debian_version', ubuntu ? 'trixie/sid\n' : `${release.point}\n`)
    .file('/usr/lib/os-release', osRelease(release))
    .symlink('/etc/os-release', '../usr/lib/os-release')
    .file(
      '/etc/issue',
      ubuntu ? `Ubuntu ${release.point} \\n \\l\n\n` : `Debian GNU/Linux ${release.version} \\n \\l\n\n`,
    )
    .file('/etc/issue.net', ubuntu ? `Ubuntu ${release.point}\n` : `Debian GNU/Linux ${release.version}\n`)
    .file('/etc/bash.bashrc', BASHRC)
    .file('/etc/profile', PROFILE)
    .dirs(
      '/etc/profile.d /etc/alternatives /etc/cron.daily /etc/default /etc/init.d /etc/ld.so.conf.d /etc/logrotate.d /etc/opt',
    )
    .dirs('/etc/pam.d /etc/security /etc/selinux /etc/skel /etc/systemd/system /etc/terminfo /etc/update-motd.d')
    .file(
      '/etc/environment',
      ubuntu
        ? `PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/games:/usr/local/games:/snap/bin"\n`
        : '',
    )
    .file('/etc/hostname', 'localhost\n')
    .file('/etc/host.conf', 'multi on\n')
    .file(
      '/etc/nsswitch.conf',
      'passwd:         files\ngroup:          files\nshadow:         files\ngshadow:        files\n\nhosts:          files dns\nnetworks:       files\n\nprotocols:      db files\nservices:       db files\nethers:         db files\nrpc:            db files\n\nnetgroup:       nis\n',
    )
    .file('/etc/ld.so.conf', 'include /etc/ld.so.conf.d/*.conf\n')
    .file('/etc/ld.so.conf.d/libc.conf', '# libc default configuration\n/usr/local/lib\n')
    .file(
      '/etc/login.defs',
      'MAIL_DIR        /var/mail\nUMASK           022\nPASS_MAX_DAYS   99999\nUID_MIN          1000\nUID_MAX         60000\nSYS_UID_MIN       100\nSYS_UID_MAX       999\nGID_MIN          1000\nGID_MAX         60000\nSYS_GID_MIN       100\nSYS_GID_MAX       999\nUSERGROUPS_ENAB yes\nENCRYPT_METHOD SHA512\n',
    )
    .file(
      '/etc/shells',
      '# /etc/shells: valid login shells\n/bin/sh\n/usr/bin/sh\n/bin/bash\n/usr/bin/bash\n/bin/rbash\n/usr/bin/rbash\n/usr/bin/dash\n',
    )
    .file('/etc/fstab', '# UNCONFIGURED FSTAB FOR BASE SYSTEM\n')
    .file(
      '/etc/motd',
      ubuntu
        ? ''
        : '\nThe programs included with the Debian GNU/Linux system are free software;\nthe exact distribution terms for each program are described in the\nindividual files in /usr/share/doc/*/copyright.\n\nDebian GNU/Linux comes with ABSOLUTELY NO WARRANTY, to the extent\npermitted by applicable law.\n',
    )
    .file('/etc/timezone', 'Etc/UTC\n')
    .symlink('/etc/localtime', '/usr/share/zoneinfo/Etc/UTC')
    .file('/usr/share/zoneinfo/Etc/UTC', 'TZif2\0\0\0\0UTC0\n')
    .file('/etc/skel/.bashrc', ROOT_BASHRC)
    .file('/etc/skel/.profile', ROOT_PROFILE)
    .file('/root/.bashrc', ROOT_BASHRC)
    .file('/root/.profile', ROOT_PROFILE)
    .file(
      '/etc/apt/apt.conf.d/docker-clean',
      'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };\nAPT::Update::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };\n\nDir::Cache::pkgcache ""; Dir::Cache::srcpkgcache "";\n',
    )
    .file('/etc/apt/apt.conf.d/docker-no-languages', 'Acquire::Languages "none";\n')
    .file('/etc/apt/apt.conf.d/docker-gzip-indexes', 'Acquire::GzipIndexes "true";\n')
    .file('/etc/apt/apt.conf.d/docker-autoremove-suggests', 'Apt::AutoRemove::SuggestsImportant "false";\n')
    .dirs('/etc/apt/keyrings /etc/apt/preferences.d /etc/apt/trusted.gpg.d')
    .file(...sources(release))
    .file('/etc/dpkg/dpkg.cfg.d/docker-apt-speedup', 'force-unsafe-io\n')
    .file(
      '/etc/dpkg/origins/debian',
      'Vendor: Debian\nVendor-URL: https://www.debian.org/\nBugs: debbugs://bugs.debian.org\n',
    )
    .file(
      '/usr/sbin/policy-rc.d',
      '#!/bin/sh\n\n# For most Docker users, "apt-get install" only happens during "docker build",\n# where starting services does not work and often fails.\n\nexit 101\n',
      { mode: 0o755 },
    )
    .file(
      '/var/lib/dpkg/status',
      dpkgStatus(
        packages,
        ubuntu
          ? 'Ubuntu Developers <ubuntu-devel-discuss@lists.ubuntu.com>'
          : 'Debian Developers <debian-devel@lists.debian.org>',
      ),
    )
    .file('/var/lib/dpkg/arch', 'amd64\n')
    .file('/var/lib/dpkg/available', '')
    .file('/var/lib/dpkg/diversions', '')
    .file('/var/lib/dpkg/lock', '', { mode: 0o640 })
    .file('/var/lib/apt/extended_states', '');
  for (const { name } of packages) {
    draft.file(`/var/lib/dpkg/info/${name}.list`, '/.\n');
    if (!release.slim)
      draft.file(`/usr/share/doc/${name}/copyright`, `This package is part of ${ubuntu ? 'Ubuntu' : 'Debian'}.\n`);
  }
  draft
    .libraries('/usr/lib/x86_64-linux-gnu', LIBRARIES)
    .filler('/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2', 210_968, { mode: 0o755 })
    .symlink('/usr/lib64/ld-linux-x86-64.so.2', '../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2')
    .filler(`/usr/share/keyrings/${release.id}-archive-keyring.gpg`, 55_918, { noise: 1 })
    .libraries(
      '/usr/lib/x86_64-linux-gnu/gconv',
      'gconv-modules.cache 27 EUC-JP.so 76 BIG5HKSCS.so 195 GB18030.so 223 IBM1399.so 330',
    );
  const rest = release.size - draft.size();
  if (rest > 0) {
    if (release.slim) draft.filler('/usr/lib/x86_64-linux-gnu/perl-base/unicore.pl', Math.round(rest * 0.35));
    else {
      draft.filler('/usr/share/locale/locale-archive', Math.round(rest * 0.4));
      draft.filler('/usr/share/man/man-pages.db', Math.round(rest * 0.15));
    }
    draft.fillTo(release.size, '/usr/share/zoneinfo/tzdata.zi');
  }
  return draft.freeze();
}
