/** Executables of network programs → names of the programs they run, by Debian package or image. */
import type { ToolFiles } from '../names.ts';

const lay = (dir: string, program: string, tools: string): ToolFiles =>
  Object.fromEntries(tools.split(' ').map((tool) => [`${dir}/${tool}`, `${program}:${tool}`]));

/** What apt lays (and, where installed, the host has). `getent` is in `libc-bin`, listed with the base packages. */
export const NET_PACKAGES: Readonly<Record<string, ToolFiles>> = {
  curl: lay('/usr/bin', 'curl', 'curl'),
  wget: lay('/usr/bin', 'wget', 'wget'),
  'iputils-ping': lay('/usr/bin', 'iputils', 'ping'),
  iproute2: { ...lay('/usr/sbin', 'iproute2', 'ip'), ...lay('/usr/bin', 'iproute2', 'ip ss') },
  'net-tools': { ...lay('/usr/bin', 'net-tools', 'netstat'), ...lay('/usr/sbin', 'net-tools', 'ifconfig route arp') },
  'netcat-openbsd': lay('/usr/bin', 'netcat', 'nc netcat'),
  'netcat-traditional': lay('/usr/bin', 'netcat', 'nc netcat'),
  'bind9-dnsutils': lay('/usr/bin', 'bind9', 'dig nslookup'),
  dnsutils: lay('/usr/bin', 'bind9', 'dig nslookup'),
  'bind9-host': lay('/usr/bin', 'bind9', 'host'),
  'apache2-bin': lay('/usr/sbin', 'apache', 'apache2'),
  nginx: lay('/usr/sbin', 'nginx', 'nginx'),
  'redis-server': lay('/usr/bin', 'redis', 'redis-server redis-check-rdb'),
  'redis-tools': lay('/usr/bin', 'redis', 'redis-cli redis-benchmark'),
  busybox: {},
};

/** What official images lay. */
export const NET_IMAGES: Readonly<Record<string, ToolFiles>> = {
  nginx: { '/usr/sbin/nginx': 'nginx:nginx', '/usr/bin/curl': 'curl:curl' },
  redis: lay('/usr/local/bin', 'redis', 'redis-server redis-cli redis-benchmark redis-check-rdb redis-sentinel'),
  registry: { '/bin/registry': 'registry:registry' },
  httpd: {
    '/usr/local/apache2/bin/httpd': 'apache:apache2',
    '/usr/local/bin/httpd-foreground': 'apache:httpd-foreground',
  },
};
