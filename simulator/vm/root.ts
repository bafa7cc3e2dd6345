/** The disk of a cloud image: the catalogue's `ubuntu` tree, and over it what a server has beside a container image. */
import type { Layer } from '../kernel/fs/layer.ts';
import { DEBIAN_EXTRA, type ToolFiles } from '../programs/names.ts';
import { NET_PACKAGES } from '../programs/net/names.ts';
import { LayerDraft } from '../registry/catalogue/draft.ts';
import { image as ubuntu } from '../registry/catalogue/images/ubuntu.ts';
import type { CloudImage } from './images.ts';

/** Debian packages of the server image that the base tree lacks. */
const PACKAGES = ['bc', 'bsdextrautils', 'file', 'less', 'lsof', 'nano', 'procps', 'psmisc', 'sysvinit-utils', 'vim'];
const NETWORK = ['curl', 'wget', 'iputils-ping', 'iproute2', 'netcat-openbsd', 'bind9-dnsutils'];

const BASHRC = `case $- in
    *i*) ;;
      *) return;;
esac

HISTCONTROL=ignoreboth
PS1='\\u@\\h:\\w\\$ '
alias ls='ls --color=auto'
alias ll='ls -alF'
alias la='ls -A'
`;

const PROFILE = `if [ -n "$BASH_VERSION" ]; then
    if [ -f "$HOME/.bashrc" ]; then
\t. "$HOME/.bashrc"
    fi
fi
`;

const OWNER = { uid: 1000, gid: 1000 };
const MB = 1_000_000;

/** The layers of an image's disk, topmost first. */
export function cloudRoot(image: CloudImage): readonly Layer[] {
  const version = ubuntu.versions.find(({ tags }) => tags.includes(image.version));
  const base = version?.steps.find((step) => step.layer)?.layer?.build();
  if (!base) throw new Error(`the catalogue has no tree of ubuntu:${image.version}`);
  return [serverLayer(image), base];
}

function serverLayer(image: CloudImage): Layer {
  const { uname, docker } = image;
  const serial = `${image.serial.slice(0, 4)}-${image.serial.slice(4, 6)}-${image.serial.slice(6)}T00:00:00Z`;
  const draft = new LayerDraft(Date.parse(serial) / 1000);
  const lay = (tables: Readonly<Record<string, ToolFiles>>, names: readonly string[]): void => {
    for (const name of names) draft.programs(tables[name] ?? {});
  };
  lay(DEBIAN_EXTRA, PACKAGES);
  lay(NET_PACKAGES, NETWORK);
  draft
    .program('/usr/bin/sudo', 'sudo:sudo', 277_936, 0o4755)
    .program('/usr/bin/systemctl', 'systemctl', 1_505_736)
    .symlink('/usr/sbin/poweroff', '../bin/systemctl')
    .symlink('/usr/sbin/reboot', '../bin/systemctl')
    .symlink('/usr/sbin/shutdown', '../bin/systemctl')
    .program('/usr/bin/python3', 'python:python3', 8_020_928)
    .program('/usr/lib/systemd/systemd', 'init', 100_816)
    .symlink('/usr/sbin/init', '../lib/systemd/systemd')
    .filler(`/boot/vmlinuz-${uname.release}`, 14_952_840, { mode: 0o600 })
    .filler(`/boot/initrd.img-${uname.release}`, 26_612_301)
    .symlink('/boot/vmlinuz', `vmlinuz-${uname.release}`)
    .symlink('/boot/initrd.img', `initrd.img-${uname.release}`)
    .filler(`/usr/lib/modules/${uname.release}/modules.builtin`, 9_436)
    .filler('/var/lib/snapd/snaps/core22_2133.snap', 78 * MB, { mode: 0o600 })
    .filler('/var/lib/snapd/snaps/lxd_36554.snap', 94 * MB, { mode: 0o600 })
    .filler('/var/lib/snapd/snaps/snapd_25577.snap', 53 * MB, { mode: 0o600 })
    .file('/etc/machine-id', 'uninitialized\n')
    .file('/etc/fstab', 'LABEL=cloudimg-rootfs\t/\t ext4\tdiscard,commit=30,errors=remount-ro\t0 1\n')
    .file('/etc/resolv.conf', 'nameserver 10.0.2.3\n')
    .file('/etc/cloud/build.info', `build_name: server\nserial: ${image.serial}\n`)
    .file('/etc/ssh/sshd_config', 'PasswordAuthentication no\nUsePAM yes\nPrintMotd no\n')
    .file('/etc/sudoers.d/90-cloud-init-users', 'ubuntu ALL=(ALL) NOPASSWD:ALL\n', { mode: 0o440 })
    .dir('/home/ubuntu', { ...OWNER, mode: 0o750 })
    .dir('/home/ubuntu/.ssh', { ...OWNER, mode: 0o700 })
    .file('/home/ubuntu/.bashrc', BASHRC, OWNER)
    .file('/home/ubuntu/.profile', PROFILE, OWNER)
    .file('/home/ubuntu/.ssh/authorized_keys', 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ ubuntu@localhost\n', {
      ...OWNER,
      mode: 0o600,
    })
    .dirs('/var/log /var/lib/cloud /snap/bin');
  if (docker) {
    draft
      .program('/usr/bin/docker', 'docker', 41 * MB)
      .program('/usr/bin/dockerd', 'dockerd', 98 * MB)
      .filler('/usr/bin/containerd', 39 * MB, { mode: 0o755 })
      .filler('/usr/bin/containerd-shim-runc-v2', 14 * MB, { mode: 0o755 })
      .filler('/usr/bin/runc', 12 * MB, { mode: 0o755 })
      .dir('/var/lib/docker', { mode: 0o710 })
      .dir('/etc/docker');
  }
  return draft.freeze();
}
