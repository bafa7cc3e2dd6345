/** What a login shell of a cloud image is greeted with (update-motd(5)). */
import type { Sys } from '../kernel/abi.ts';
import type { Kernel } from '../kernel/kernel.ts';

const GIB = 1024 ** 3;
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function dateText(ms: number): string {
  const date = new Date(ms);
  const day = String(date.getUTCDate()).padStart(2, ' ');
  return `${DAYS[date.getUTCDay()]!} ${MONTHS[date.getUTCMonth()]!} ${day} ${date.toISOString().slice(11, 19)} UTC ${date.getUTCFullYear()}`;
}

/** The greeting, with the machine's figures as they are now. */
export function greeting(sys: Sys, kernel: Kernel): string {
  const { release, machine } = sys.uname();
  const [, name = 'Ubuntu'] = /^PRETTY_NAME="(.*)"$/m.exec(sys.readText('/etc/os-release')) ?? [];
  const [load = '0.00'] = sys.readText('/proc/loadavg').split(' ');
  const { size, used } = sys.statfs('/');
  const { ram, reserved } = kernel.hardware;
  const memory = Math.round(((reserved + kernel.rootCgroup.usage.memory) / ram) * 100);
  const card = sys.interfaces().find((one) => one.name !== 'lo');
  const rows = [
    [`System load:  ${load}`, `Processes:             ${kernel.processes().length}`],
    [`Usage of /:   ${((used / size) * 100).toFixed(1)}% of ${(size / GIB).toFixed(2)}GB`, 'Users logged in:       0'],
    [`Memory usage: ${memory}%`, card ? `IPv4 address for ${card.name}: ${card.addresses[0]?.[0] ?? ''}` : ''],
    ['Swap usage:   0%', ''],
  ];
  return `Welcome to ${name} (GNU/Linux ${release} ${machine})

 * Documentation:  https://help.ubuntu.com
 * Management:     https://landscape.canonical.com
 * Support:        https://ubuntu.com/pro

 System information as of ${dateText(sys.now())}

${rows.map(([left = '', right = '']) => `  ${left.padEnd(32)}${right}`.trimEnd()).join('\n')}


To run a command as administrator (user "root"), use "sudo <command>".
See "man sudo_root" for details.

`;
}
