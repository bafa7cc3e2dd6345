/** Network programs: the tools by group, each loaded on first use, and the executables that run them. */
import type { Tools } from '../io.ts';

type Group = () => Promise<Tools>;

/** Groups of tools and the names they hold, in the form of the table of all programs. */
export const NET_GROUPS: readonly (readonly [Group, string])[] = [
  [async () => ({ curl: (await import('./curl/curl.ts')).curl }), 'curl'],
  [async () => ({ wget: (await import('./wget.ts')).wget }), 'wget'],
  [async () => ({ ping: (await import('./ping.ts')).ping, ping6: (await import('./ping.ts')).ping }), 'ping ping6'],
  [async () => ({ nginx: (await import('./nginx/main.ts')).nginx }), 'nginx'],
];

export { NET_IMAGES, NET_PACKAGES } from './names.ts';
