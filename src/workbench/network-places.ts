/** Places of the network picture: what can be reached there, and the lines between them. */
import type { ContainerView } from '../../simulator/engine/state.ts';

/** Also of `127.0.0.1:6379`. */
export const isLoopback = (host: string): boolean => /^(127\.|localhost|::1|\[::1\])/.test(host);

/** Whether a published port leads to somebody: `loopback` is a program that only its own container can reach. */
export type Reach = 'open' | 'loopback' | 'nobody';

/** What waits behind a published port of a container that runs. */
export function reachOf(container: ContainerView, port: ContainerView['ports'][number]): Reach {
  const here = (container.inside?.listeners ?? []).filter(
    (l) => l.port === port.containerPort && l.protocol === port.protocol,
  );
  if (here.some((l) => !isLoopback(l.host))) return 'open';
  return here.length > 0 ? 'loopback' : 'nobody';
}

/** Whether only processes of its own namespace reach a socket. */
export const onlyInside = (listener: { readonly host: string }): boolean => isLoopback(listener.host);

/** Where places stand in the picture: their left edge, and the middle of their height. */
export type Places = ReadonlyMap<string, { readonly x: number; readonly y: number }>;

/** The way along the lines of the tree: from a place down its parent's trunk, then across to the child. */
export function wayOf(path: readonly string[], places: Places): { x: number; y: number }[] {
  const points: { x: number; y: number }[] = [];
  const host = places.get('host');
  let before: { x: number; y: number } | undefined;
  for (const id of path) {
    const place = places.get(id);
    if (!place) continue;
    if (before && before.x !== place.x) {
      const trunk = Math.min(before.x, place.x);
      points.push(trunk === before.x ? { x: trunk, y: place.y } : { x: trunk, y: before.y });
    } else if (before && host && place.x > host.x) {
      // Two branches of the host: back to its trunk, and along that.
      points.push({ x: host.x, y: before.y }, { x: host.x, y: place.y });
    }
    points.push({ x: place.x, y: place.y });
    before = place;
  }
  return points.filter((p, i) => i === 0 || p.x !== points[i - 1]!.x || p.y !== points[i - 1]!.y);
}
