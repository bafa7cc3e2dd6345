/** The root of the `alpine` image: musl, busybox and apk. */
import type { Layer } from '../../../kernel/fs/layer.ts';
import { ALPINE_APPLETS, IMAGE_TOOLS } from '../../../programs/names.ts';
import { LayerDraft } from '../draft.ts';
import { ALPINE_GROUP, ALPINE_PASSWD, shadowFor } from './accounts.ts';

export interface AlpineRelease {
  /** e.g. `3.22.2`. */
  readonly version: string;
}

/** Installed packages: name, version, installed size in bytes, description. */
const packages = (release: string): string[][] => [
  ['alpine-baselayout', '3.7.0-r0', '8890', 'Alpine base dir structure and init scripts'],
  ['alpine-baselayout-data', '3.7.0-r0', '77824', 'Alpine base dir structure and init scripts'],
  ['alpine-keys', '2.5-r0', '159744', 'Public keys for Alpine Linux packages'],
  ['alpine-release', `${release}-r0`, '28672', 'Alpine release data'],
  ['apk-tools', '2.14.9-r3', '124488', 'Alpine Package Keeper - package manager for alpine'],
  ['busybox', '1.37.0-r20', '840000', 'Size optimized toolbox of many common UNIX utilities'],
  ['busybox-binsh', '1.37.0-r20', '1', 'busybox ash /bin/sh'],
  ['ca-certificates-bundle', '20250911-r0', '236000', 'Pre generated bundle of Mozilla certificates'],
  ['libapk2', '2.14.9-r3', '270000', 'Alpine Package Keeper - package manager for alpine (library)'],
  ['libcrypto3', '3.5.4-r0', '4718592', 'Crypto library from openssl'],
  ['libssl3', '3.5.4-r0', '860000', 'SSL shared libraries'],
  ['musl', '1.2.5-r10', '651264', 'the musl c library (libc) implementation'],
  ['musl-utils', '1.2.5-r10', '130000', 'the musl c library (libc) implementation'],
  ['scanelf', '1.3.8-r1', '72000', 'Scan ELF binaries for stuff'],
  ['ssl_client', '1.37.0-r20', '28672', 'External ssl_client for busybox wget'],
  ['zlib', '1.3.1-r2', '102400', 'A compression/decompression Library'],
];

export function alpineRoot(mtime: number, { version }: AlpineRelease): Layer {
  const draft = new LayerDraft(mtime);
  const branch = version.split('.').slice(0, 2).join('.');
  draft
    .dirs(
      '/bin /dev /home /media/cdrom /media/floppy /media/usb /mnt /opt /proc /run/lock /srv /sys /usr/lib /usr/local/bin',
    )
    .dirs(
      '/usr/local/lib /usr/local/share /usr/share/misc /usr/share/man /etc/apk/keys /etc/apk/protected_paths.d /var/cache/apk',
    )
    .dirs(
      '/etc/conf.d /etc/crontabs /etc/init.d /etc/logrotate.d /etc/modules-load.d /etc/network/if-up.d /etc/opt /etc/periodic/daily',
    )
    .dirs(
      '/etc/profile.d /etc/ssl/certs /etc/sysctl.d /lib/apk/exec /lib/firmware /lib/modules-load.d /lib/sysctl.d /sbin',
    )
    .dirs(
      '/var/cache/misc /var/lib/misc /var/lib/udhcpd /var/local /var/log /var/mail /var/opt /var/spool/cron /var/spool/mail',
    )
    .dir('/root', { mode: 0o700 })
    .dir('/tmp', { mode: 0o1777 })
    .dir('/var/empty', { mode: 0o555 })
    .dir('/var/tmp', { mode: 0o1777 })
    .symlink('/var/run', '../run')
    .symlink('/var/lock', '../run/lock')
    .program('/bin/busybox', 'busybox', 808_712);
  for (const path of Object.keys(ALPINE_APPLETS)) draft.symlink(path, '/bin/busybox');
  draft
    .symlink('/bin/sh', '/bin/busybox')
    .programs(IMAGE_TOOLS.alpine ?? {}, { '/sbin/apk': 71_000 })
    .file('/etc/passwd', ALPINE_PASSWD)
    .file('/etc/group', ALPINE_GROUP)
    .file('/etc/shadow', shadowFor(ALPINE_PASSWD), { mode: 0o640, gid: 42 })
    .file('/etc/alpine-release', `${version}\n`)
    .file(
      '/usr/lib/os-release',
      `NAME="Alpine Linux"
ID=alpine
VERSION_ID=${version}
PRETTY_NAME="Alpine Linux v${branch}"
HOME_URL="https://alpinelinux.org/"
BUG_REPORT_URL="https://gitlab.alpinelinux.org/alpine/aports/-/issues"
`,
    )
    .symlink('/etc/os-release', '../usr/lib/os-release')
    .file('/etc/issue', `Welcome to Alpine Linux ${branch}\nKernel \\r on \\m (\\l)\n\n`)
    .file(
      '/etc/motd',
      'Welcome to Alpine!\n\nThe Alpine Wiki contains a large amount of how-to guides and general\ninformation about administrating Alpine systems.\nSee <https://wiki.alpinelinux.org/>.\n\nYou can setup the system with the command: setup-alpine\n\nYou may change this message by editing /etc/motd.\n\n',
    )
    .file('/etc/hostname', 'localhost\n')
    .file('/etc/hosts', '127.0.0.1\tlocalhost localhost.localdomain\n::1\t\tlocalhost localhost.localdomain\n')
    .file(
      '/etc/fstab',
      '/dev/cdrom\t/media/cdrom\tiso9660\tnoauto,ro 0 0\n/dev/usbdisk\t/media/usb\tvfat\tnoauto\t0 0\n',
    )
    .file('/etc/shells', '# valid login shells\n/bin/sh\n/bin/ash\n')
    .file('/etc/securetty', 'console\ntty1\ntty2\n')
    .file(
      '/etc/nsswitch.conf',
      '# musl itself does not support NSS, however some third-party DNS\n# implementations use the nsswitch.conf file to determine what\n# policy to follow.\nhosts: files dns\n',
    )
    .file('/etc/protocols', 'ip\t0\tIP\nicmp\t1\tICMP\ntcp\t6\tTCP\nudp\t17\tUDP\n')
    .file(
      '/etc/services',
      'ssh\t\t22/tcp\ndomain\t\t53/tcp\ndomain\t\t53/udp\nhttp\t\t80/tcp\nhttps\t\t443/tcp\nmysql\t\t3306/tcp\npostgresql\t5432/tcp\n',
    )
    .file('/etc/inittab', '::sysinit:/sbin/openrc sysinit\n::sysinit:/sbin/openrc boot\n::wait:/sbin/openrc default\n')
    .file(
      '/etc/crontabs/root',
      '# do daily/weekly/monthly maintenance\n# min\thour\tday\tmonth\tweekday\tcommand\n*/15\t*\t*\t*\t*\trun-parts /etc/periodic/15min\n0\t*\t*\t*\t*\trun-parts /etc/periodic/hourly\n0\t2\t*\t*\t*\trun-parts /etc/periodic/daily\n',
      { mode: 0o600 },
    )
    .file(
      '/etc/profile',
      'export PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"\n\nexport PAGER=less\numask 022\n\n# use nicer PS1 for bash and busybox ash\nPS1=\'\\h:\\w\\$ \'\n\nfor script in /etc/profile.d/*.sh ; do\n\tif [ -r "$script" ] ; then\n\t\t. "$script"\n\tfi\ndone\nunset script\n',
    )
    .file(
      '/etc/profile.d/README',
      "This directory should contain shell scripts configuring system-wide\nenvironment on users' shells.\n",
    )
    .file('/etc/apk/arch', 'x86_64\n')
    .file(
      '/etc/apk/repositories',
      `https://dl-cdn.alpinelinux.org/alpine/v${branch}/main\nhttps://dl-cdn.alpinelinux.org/alpine/v${branch}/community\n`,
    )
    .file(
      '/etc/apk/world',
      'alpine-baselayout\nalpine-keys\nalpine-release\napk-tools\nbusybox\nlibc-utils\nmusl-utils\n',
    )
    .file(
      '/lib/apk/db/installed',
      packages(version)
        .map(
          ([name, pkg, size, text]) =>
            `C:Q1${name!.padEnd(26, 'A')}=\nP:${name}\nV:${pkg}\nA:x86_64\nS:${Math.round(Number(size) / 2)}\nI:${size}\nT:${text}\nU:https://alpinelinux.org/\nL:MIT\no:${name}\nm:Alpine Linux <alpine@alpinelinux.org>\nt:1750000000\n\n`,
        )
        .join(''),
    )
    .file('/lib/apk/db/lock', '', { mode: 0o600 })
    .file('/lib/apk/db/triggers', '')
    .filler('/etc/ssl/certs/ca-certificates.crt', 234_000, { noise: 0.6 })
    .symlink('/etc/ssl/cert.pem', 'certs/ca-certificates.crt')
    .filler('/lib/ld-musl-x86_64.so.1', 662_592)
    .symlink('/lib/libc.musl-x86_64.so.1', 'ld-musl-x86_64.so.1')
    .libraries(
      '/usr/lib',
      'libapk.so.2.14.9 240 libcrypto.so.3 4640 libssl.so.3 806 libz.so.1.3.1 100 engines-3/padlock.so 30 ossl-modules/legacy.so 104',
      {
        mode: 0o755,
      },
    )
    .program('/usr/bin/getent', 'libc:getent', 38_000)
    .program('/usr/bin/ldd', 'libc:ldd', 500)
    .program('/usr/bin/iconv', 'libc:iconv', 22_000)
    .program('/usr/bin/getconf', 'libc:getconf', 34_000)
    .program('/usr/bin/scanelf', 'scanelf', 78_000)
    .program('/usr/bin/ssl_client', 'ssl_client', 14_000);
  return draft.freeze();
}
