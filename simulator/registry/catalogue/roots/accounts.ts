/** /etc/passwd, /etc/group and their like as the distributions ship them. */

export const DEBIAN_PASSWD = `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
bin:x:2:2:bin:/bin:/usr/sbin/nologin
sys:x:3:3:sys:/dev:/usr/sbin/nologin
sync:x:4:65534:sync:/bin:/bin/sync
games:x:5:60:games:/usr/games:/usr/sbin/nologin
man:x:6:12:man:/var/cache/man:/usr/sbin/nologin
lp:x:7:7:lp:/var/spool/lpd:/usr/sbin/nologin
mail:x:8:8:mail:/var/mail:/usr/sbin/nologin
news:x:9:9:news:/var/spool/news:/usr/sbin/nologin
uucp:x:10:10:uucp:/var/spool/uucp:/usr/sbin/nologin
proxy:x:13:13:proxy:/bin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
backup:x:34:34:backup:/var/backups:/usr/sbin/nologin
list:x:38:38:Mailing List Manager:/var/list:/usr/sbin/nologin
irc:x:39:39:ircd:/run/ircd:/usr/sbin/nologin
_apt:x:42:65534::/nonexistent:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`;

const DEBIAN_GROUPS = `root 0 daemon 1 bin 2 sys 3 adm 4 tty 5 disk 6 lp 7 mail 8 news 9 uucp 10 man 12 proxy 13 kmem 15
  dialout 20 fax 21 voice 22 cdrom 24 floppy 25 tape 26 sudo 27 audio 29 dip 30 www-data 33 backup 34 operator 37 list 38
  irc 39 src 40 shadow 42 utmp 43 video 44 sasl 45 plugdev 46 staff 50 games 60 users 100 nogroup 65534`;

function groupLines(table: string, members: Readonly<Record<string, string>> = {}): string {
  const words = table.trim().split(/\s+/);
  let text = '';
  for (let i = 0; i < words.length; i += 2) text += `${words[i]}:x:${words[i + 1]}:${members[words[i]!] ?? ''}\n`;
  return text;
}

export const DEBIAN_GROUP = groupLines(DEBIAN_GROUPS);

/** The shadow file that goes with a passwd: nobody can log in by password. */
export const shadowFor = (passwd: string): string =>
  passwd
    .trim()
    .split('\n')
    .map((line) => `${line.split(':')[0]}:*:20389:0:99999:7:::\n`)
    .join('');

export const UBUNTU_PASSWD = `${DEBIAN_PASSWD}ubuntu:x:1000:1000:Ubuntu:/home/ubuntu:/bin/bash
`;
export const UBUNTU_GROUP = groupLines(`${DEBIAN_GROUPS} ubuntu 1000`, {
  adm: 'ubuntu',
  dialout: 'ubuntu',
  cdrom: 'ubuntu',
  floppy: 'ubuntu',
  sudo: 'ubuntu',
  audio: 'ubuntu',
  dip: 'ubuntu',
  video: 'ubuntu',
  plugdev: 'ubuntu',
});

export const ALPINE_PASSWD = `root:x:0:0:root:/root:/bin/sh
bin:x:1:1:bin:/bin:/sbin/nologin
daemon:x:2:2:daemon:/sbin:/sbin/nologin
lp:x:4:7:lp:/var/spool/lpd:/sbin/nologin
sync:x:5:0:sync:/sbin:/bin/sync
shutdown:x:6:0:shutdown:/sbin:/sbin/shutdown
halt:x:7:0:halt:/sbin:/sbin/halt
mail:x:8:12:mail:/var/mail:/sbin/nologin
news:x:9:13:news:/usr/lib/news:/sbin/nologin
uucp:x:10:14:uucp:/var/spool/uucppublic:/sbin/nologin
cron:x:16:16:cron:/var/spool/cron:/sbin/nologin
ftp:x:21:21::/var/lib/ftp:/sbin/nologin
sshd:x:22:22:sshd:/dev/null:/sbin/nologin
games:x:35:35:games:/usr/games:/sbin/nologin
ntp:x:123:123:NTP:/var/empty:/sbin/nologin
guest:x:405:100:guest:/dev/null:/sbin/nologin
nobody:x:65534:65534:nobody:/:/sbin/nologin
`;
export const ALPINE_GROUP = groupLines(
  `root 0 bin 1 daemon 2 sys 3 adm 4 tty 5 disk 6 lp 7 kmem 9 wheel 10 floppy 11 mail 12 news 13 uucp 14 cron 16 audio 18
   cdrom 19 dialout 20 ftp 21 sshd 22 input 23 tape 26 video 27 netdev 28 kvm 34 games 35 shadow 42 www-data 82 users 100
   ntp 123 abuild 300 utmp 406 ping 999 nogroup 65533 nobody 65534`,
  {
    root: 'root',
    bin: 'root,bin,daemon',
    daemon: 'root,bin,daemon',
    sys: 'root,bin',
    adm: 'root,daemon',
    disk: 'root',
    lp: 'lp',
    wheel: 'root',
    floppy: 'root',
    mail: 'mail',
    news: 'news',
    uucp: 'uucp',
    audio: 'root',
    dialout: 'root',
    cdrom: 'root',
    ftp: 'ftp',
    tape: 'root',
    video: 'root',
    users: 'games',
    nobody: 'nobody',
  },
);

export const BUSYBOX_PASSWD = `root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
bin:x:2:2:bin:/bin:/bin/false
sys:x:3:3:sys:/dev:/bin/false
sync:x:4:100:sync:/bin:/bin/sync
mail:x:8:8:mail:/var/spool/mail:/bin/false
www-data:x:33:33:www-data:/var/www:/bin/false
operator:x:37:37:Operator:/var:/bin/false
nobody:x:65534:65534:nobody:/home:/bin/false
`;
export const BUSYBOX_GROUP = groupLines(
  'root 0 daemon 1 bin 2 sys 3 adm 4 tty 5 disk 6 mail 8 kmem 9 wheel 10 www-data 33 shadow 42 utmp 43 video 44 plugdev 46 staff 50 games 60 users 100 nobody 65534',
);
