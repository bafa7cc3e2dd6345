/**
 * Which executables there are and which program each runs, as plain data: what a root file system's author lays as
 * files. A program's name is `package:tool`, or `busybox` for the multi-call binary.
 */

/** Path of an executable → name of the program it runs. */
export type ToolFiles = Readonly<Record<string, string>>;

const words = (text: string): string[] => text.trim().split(/\s+/);

const lay = (dir: string, program: string, tools: string): Record<string, string> =>
  Object.fromEntries(words(tools).map((tool) => [`${dir}/${tool}`, `${program}:${tool}`]));

/** Applets of the `busybox` image: all are links to the binary in /bin. */
export const BUSYBOX_APPLETS: readonly string[] = words(`
  [ [[ addgroup adduser arch arp arping ash awk base32 base64 basename bc bunzip2 bzcat bzip2 cal cat chgrp chmod chown
  chpasswd chroot cksum clear cmp comm cp crond crontab cut date dc dd deluser delgroup df diff dirname dmesg
  dnsdomainname dos2unix du echo egrep env expand expr factor fallocate false fgrep find flock fold free fsync fuser
  getopt getty grep groups gunzip gzip halt hd head hexdump hostid hostname httpd hwclock id ifconfig init install
  ionice ip ipaddr ipcalc iplink iproute kill killall killall5 last less link ln logger login logname logread losetup ls
  lsof lzcat md5sum mesg microcom mkdir mkfifo mknod mkpasswd mktemp more mount mountpoint mv nameif nc netstat nice nl
  nohup nproc nsenter nslookup od passwd paste patch pgrep pidof ping ping6 pipe_progress pkill poweroff printenv printf
  ps pstree pwd pwdx readlink realpath reboot renice reset resize rev rm rmdir route run-parts sed seq setpriv setsid sh
  sha1sum sha256sum sha3sum sha512sum shred shuf sleep sort split stat strings stty su sum sync sysctl syslogd tac tail
  tar tee telnet test time timeout top touch tr traceroute tree true truncate ts tty ttysize umount uname unexpand uniq
  unix2dos unlink unxz unzip uptime users usleep vi w watch wc wget which who whoami xargs xxd xzcat yes zcat
`);

const alpine = (dir: string, tools: string): [string, string][] => words(tools).map((tool) => [dir + tool, 'busybox']);

/** Applets of Alpine: symbolic links to /bin/busybox, where Alpine lays them. */
export const ALPINE_APPLETS: ToolFiles = Object.fromEntries([
  ...alpine(
    '/bin/',
    `arch ash base64 bbconfig cat chgrp chmod chown cp date dd df dmesg dnsdomainname dumpkmap echo egrep false fatattr
     fdflush fgrep fsync getopt grep gunzip gzip hostname ionice iostat ipcalc kbd_mode kill link linux32 linux64 ln login
     ls lsattr lzop makemime mkdir mknod mktemp more mount mountpoint mpstat mv netstat nice pidof ping ping6
     pipe_progress printenv ps pwd reformime rev rm rmdir run-parts sed setpriv setserial sh sleep stat stty su sync tar
     touch true umount uname usleep watch zcat`,
  ),
  ...alpine(
    '/sbin/',
    `acpid adjtimex arp blkid blockdev depmod fbsplash fdisk findfs freeramdisk fsck fstrim getty halt hwclock ifconfig
     ifdown ifenslave ifup init inotifyd insmod ip ipaddr iplink ipneigh iproute iprule iptunnel klogd loadkmap logread
     losetup lsmod mdev mkdosfs mkfs.vfat mkswap modinfo modprobe nameif nologin pivot_root poweroff raidautorun reboot
     rmmod route setconsole slattach swapoff swapon switch_root sysctl syslogd tunctl udhcpc vconfig watchdog zcip`,
  ),
  ...alpine(
    '/usr/bin/',
    `[ [[ awk basename bc beep blkdiscard bunzip2 bzcat bzip2 cal chvt cksum clear cmp comm cpio crontab cryptpw cut dc
     deallocvt diff dirname dos2unix du eject env expand expr factor fallocate find flock fold free fuser getconf groups
     hd head hexdump hostid id install ipcrm ipcs killall last less logger lsof lsusb lzcat lzma lzopcat md5sum mesg
     microcom mkfifo mkpasswd nc nl nmeter nohup nproc nsenter nslookup od openvt passwd paste pgrep pkill pmap printf
     pscan pstree pwdx readlink realpath renice reset resize seq setkeycodes setsid sha1sum sha256sum sha3sum sha512sum
     showkey shred shuf sort split strings sum tac tail tee test time timeout top tr traceroute traceroute6 tree truncate
     tty ttysize udhcpc6 unexpand uniq unix2dos unlink unlzma unlzop unshare unxz unzip uptime uudecode uuencode vi vlock
     volname wc wget which who whoami whois xargs xxd xzcat yes`,
  ),
  ...alpine(
    '/usr/sbin/',
    `addgroup add-shell adduser arping brctl chpasswd chroot crond delgroup deluser ether-wake fbset killall5 loadfont
     nanddump nandwrite nbd-client ntpd partprobe rdate rdev readahead remove-shell rfkill sendmail setfont setlogcons`,
  ),
]);

/** GNU coreutils as Debian and Ubuntu lay them (with merged /usr). */
export const GNU_COREUTILS: ToolFiles = {
  ...lay(
    '/usr/bin',
    'coreutils',
    `[ arch b2sum base32 base64 basename cat chgrp chmod chown cksum comm cp csplit cut date dd df dir dirname du echo env
     expand expr factor false fmt fold groups head hostid id install join link ln logname ls md5sum mkdir mkfifo mknod
     mktemp mv nice nl nohup nproc numfmt od paste pathchk printenv printf pwd readlink realpath rm rmdir seq sha1sum
     sha224sum sha256sum sha384sum sha512sum shred shuf sleep sort split stat stdbuf stty sum sync tac tail tee test
     timeout touch tr true truncate tsort tty uname unexpand uniq unlink users vdir wc who whoami yes`,
  ),
  ...lay('/usr/sbin', 'coreutils', 'chroot'),
};

/** The other executables of the `debian` and `ubuntu` images, by package. */
export const DEBIAN_BASE: Readonly<Record<string, ToolFiles>> = {
  apt: lay('/usr/bin', 'apt', 'apt apt-cache apt-get apt-mark apt-config'),
  adduser: lay('/usr/sbin', 'adduser', 'addgroup adduser delgroup deluser'),
  debianutils: lay('/usr/bin', 'debianutils', 'which run-parts'),
  diffutils: lay('/usr/bin', 'diffutils', 'cmp diff'),
  dpkg: lay('/usr/bin', 'dpkg', 'dpkg dpkg-query'),
  findutils: lay('/usr/bin', 'findutils', 'find xargs'),
  grep: lay('/usr/bin', 'grep', 'egrep fgrep grep'),
  gzip: lay('/usr/bin', 'gzip', 'gunzip gzip zcat'),
  hostname: lay('/usr/bin', 'hostname', 'dnsdomainname hostname'),
  'libc-bin': { ...lay('/usr/bin', 'libc', 'getconf getent locale ldd'), ...lay('/usr/sbin', 'libc', 'ldconfig') },
  login: { ...lay('/usr/bin', 'login', 'login newgrp'), ...lay('/usr/sbin', 'login', 'nologin') },
  mawk: { ...lay('/usr/bin', 'mawk', 'mawk'), '/usr/bin/awk': 'mawk:mawk' },
  mount: lay('/usr/bin', 'mount', 'mount umount'),
  'ncurses-bin': lay('/usr/bin', 'ncurses', 'clear reset tput'),
  passwd: {
    ...lay('/usr/bin', 'passwd', 'chsh passwd'),
    ...lay('/usr/sbin', 'passwd', 'chpasswd groupadd groupdel groupmod useradd userdel usermod'),
  },
  sed: lay('/usr/bin', 'sed', 'sed'),
  tar: lay('/usr/bin', 'tar', 'tar'),
  'util-linux': {
    ...lay(
      '/usr/bin',
      'util-linux',
      'dmesg findmnt flock getopt lsblk lscpu lsns more mountpoint nsenter rev setpriv setsid su taskset unshare whereis',
    ),
    ...lay('/usr/sbin', 'util-linux', 'runuser'),
  },
};

/** Executables of packages that are not in the base images, by Debian package: what apt lays and the host has. */
export const DEBIAN_EXTRA: Readonly<Record<string, ToolFiles>> = {
  bc: lay('/usr/bin', 'bc', 'bc'),
  bsdextrautils: lay('/usr/bin', 'bsdextrautils', 'column hexdump hd'),
  cron: lay('/usr/sbin', 'cron', 'cron'),
  file: lay('/usr/bin', 'file', 'file'),
  binutils: lay('/usr/bin', 'binutils', 'strings'),
  git: lay('/usr/bin', 'git', 'git'),
  gawk: lay('/usr/bin', 'gawk', 'gawk'),
  jq: lay('/usr/bin', 'jq', 'jq'),
  less: lay('/usr/bin', 'less', 'less'),
  lsof: lay('/usr/bin', 'lsof', 'lsof'),
  make: lay('/usr/bin', 'make', 'make'),
  nano: lay('/usr/bin', 'nano', 'nano'),
  ncal: lay('/usr/bin', 'ncal', 'cal'),
  nodejs: lay('/usr/bin', 'node', 'node'),
  npm: lay('/usr/bin', 'npm', 'npm npx'),
  patch: lay('/usr/bin', 'patch', 'patch'),
  procps: {
    ...lay('/usr/bin', 'procps', 'free kill pgrep pkill ps top uptime w watch pwdx'),
    ...lay('/usr/sbin', 'procps', 'sysctl'),
  },
  psmisc: lay('/usr/bin', 'psmisc', 'fuser killall pstree'),
  python3: { '/usr/bin/python3': 'python:python3' },
  'python3-pip': { '/usr/bin/pip': 'python:pip', '/usr/bin/pip3': 'python:pip' },
  stress: lay('/usr/bin', 'stress', 'stress'),
  sudo: lay('/usr/bin', 'sudo', 'sudo'),
  'sysvinit-utils': lay('/usr/bin', 'sysvinit-utils', 'pidof'),
  tree: lay('/usr/bin', 'tree', 'tree'),
  unzip: lay('/usr/bin', 'unzip', 'unzip'),
  vim: { '/usr/bin/vi': 'vim:vi', '/usr/bin/vim': 'vim:vi' },
  xxd: lay('/usr/bin', 'xxd', 'xxd'),
  'xz-utils': lay('/usr/bin', 'xz', 'xz unxz xzcat'),
  zip: lay('/usr/bin', 'zip', 'zip'),
};

/** Executables that official images bring in /usr/local or of their own. */
export const IMAGE_TOOLS: Readonly<Record<string, ToolFiles>> = {
  alpine: { '/sbin/apk': 'apk:apk' },
  'hello-world': { '/hello': 'hello-world' },
  node: {
    ...lay('/usr/local/bin', 'node', 'node'),
    ...lay('/usr/local/bin', 'npm', 'npm npx'),
  },
  postgres: lay('/usr/lib/postgresql/17/bin', 'postgres', 'initdb pg_ctl pg_isready postgres psql createdb pg_dump'),
  python: {
    '/usr/local/bin/python3': 'python:python3',
    '/usr/local/bin/python': 'python:python3',
    '/usr/local/bin/pip': 'python:pip',
    '/usr/local/bin/pip3': 'python:pip',
  },
};
