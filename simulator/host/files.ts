/** Text files of the host. */
export const HOST_FILES: Readonly<Record<string, string>> = {
  '/etc/passwd': `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
bin:x:2:2:bin:/bin:/usr/sbin/nologin
sys:x:3:3:sys:/dev:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`,
  '/etc/group': `root:x:0:
daemon:x:1:
bin:x:2:
sys:x:3:
adm:x:4:
tty:x:5:
disk:x:6:
www-data:x:33:
docker:x:999:
nogroup:x:65534:
`,
  '/etc/shadow': `root:*:20000:0:99999:7:::
daemon:*:20000:0:99999:7:::
`,
  '/etc/hostname': 'drydock\n',
  '/etc/hosts': `127.0.0.1\tlocalhost
127.0.1.1\tdrydock
::1\tlocalhost ip6-localhost ip6-loopback
`,
  '/etc/resolv.conf': 'nameserver 10.0.2.3\n',
  '/etc/debian_version': '12.12\n',
  '/etc/os-release': `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
`,
  '/etc/issue': 'Debian GNU/Linux 12 \\n \\l\n',
  '/etc/shells': '/bin/sh\n/bin/bash\n/usr/bin/bash\n/bin/dash\n',
  '/etc/profile': `PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
export PATH
if [ -f ~/.bashrc ]; then . ~/.bashrc; fi
`,
  // The docker command itself knows its words: the shell asks it as this function would.
  '/usr/share/bash-completion/completions/docker': `__docker_words() {
    mapfile -t COMPREPLY < <(docker __complete "\${COMP_WORDS[@]:1}" 2>/dev/null)
}
complete -F __docker_words docker
`,
  '/etc/nsswitch.conf': 'hosts: files dns\n',
  '/root/.bashrc': `PS1='\\w $ '
HISTCONTROL=ignoreboth
alias ls='ls --color=auto'
alias ll='ls -l'
`,
};
