/** Network programs: the tools by group, each loaded on first use, and the executables that run them. */
import type { Tools } from '../io.ts';

type Group = () => Promise<Tools>;

/** Groups of tools and the names they hold, in the form of the table of all programs. */
export const NET_GROUPS: readonly (readonly [Group, string])[] = [
  [async () => ({ curl: (await import('./curl/curl.ts')).curl }), 'curl'],
  [async () => ({ wget: (await import('./wget.ts')).wget }), 'wget'],
  [async () => ({ ping: (await import('./ping.ts')).ping, ping6: (await import('./ping.ts')).ping }), 'ping ping6'],
  [async () => ({ ip: (await import('./ip.ts')).ip }), 'ip'],
  [async () => ({ ...(await import('./nslookup.ts')) }), 'nslookup dig host'],
  [async () => ({ nc: (await import('./nc.ts')).nc, netcat: (await import('./nc.ts')).nc }), 'nc netcat'],
  [async () => ({ getent: (await import('./getent.ts')).getent }), 'getent'],
  [async () => ({ 'redis-server': (await import('./redis/server.ts')).redisServer }), 'redis-server'],
  [async () => ({ 'redis-cli': (await import('./redis/cli.ts')).redisCli }), 'redis-cli'],
  [async () => ({ ...(await import('./netstat.ts')) }), 'netstat ss route arp ifconfig'],
  [async () => ({ httpd: (await import('./httpd.ts')).httpd }), 'httpd'],
  [async () => ({ apache2: (await import('./apache.ts')).apache2 }), 'apache2'],
  [async () => ({ nginx: (await import('./nginx/main.ts')).nginx }), 'nginx'],
];

export { NET_IMAGES, NET_PACKAGES } from './names.ts';
