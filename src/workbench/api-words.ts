/** The Engine API in words: what a request asks for, and which changes of the machine can be its doing. */
import type { EventKind } from '../../simulator/kernel/log.ts';

export interface RouteWords {
  readonly words: string;
  /** The part of the path that names an object, if there is one. */
  readonly object?: string;
  readonly changes: readonly EventKind[];
  /** The answer is a stream: changes follow after it has begun. */
  readonly stream: boolean;
}

type Row = readonly [method: string, path: string, words: string, changes?: readonly EventKind[], stream?: true];

const IMAGE: readonly EventKind[] = ['image.add', 'image.tag', 'image.untag', 'image.delete'];
const ENDS: readonly EventKind[] = ['container.die', 'container.destroy', 'network.disconnect', 'volume.unmount'];
const STARTS: readonly EventKind[] = ['container.start', 'network.connect', 'volume.mount'];

/** `*` is one name; an image's name may hold slashes. The first row that fits counts. */
const ROWS: readonly Row[] = [
  ['HEAD', '/_ping', 'is the daemon there, and which API does it speak?'],
  ['GET', '/_ping', 'is the daemon there, and which API does it speak?'],
  ['GET', '/version', 'which version are you?'],
  ['GET', '/info', 'how is the daemon set up?'],
  ['GET', '/events', 'tell what happens from now on', [], true],
  ['GET', '/system/df', 'what takes up space?'],
  ['POST', '/auth', 'is this login right?'],
  ['POST', '/containers/create', 'make a container', ['container.create', 'volume.create']],
  ['GET', '/containers/json', 'list containers'],
  ['POST', '/containers/prune', 'remove stopped containers', ['container.destroy', 'volume.destroy']],
  ['GET', '/containers/*/json', 'describe a container'],
  ['POST', '/containers/*/start', 'start a container', [...STARTS, 'container.oom']],
  ['POST', '/containers/*/stop', 'stop a container: a signal first, SIGKILL after the grace period', ENDS],
  ['POST', '/containers/*/restart', 'stop a container and start it again', [...ENDS, ...STARTS, 'container.restart']],
  ['POST', '/containers/*/kill', 'send a signal to a container', ENDS],
  ['POST', '/containers/*/pause', 'freeze the processes of a container', ['container.pause']],
  ['POST', '/containers/*/unpause', 'thaw the processes of a container', ['container.unpause']],
  ['POST', '/containers/*/wait', 'tell when the container has ended', [], true],
  ['POST', '/containers/*/attach', 'connect me with its standard streams', [], true],
  ['POST', '/containers/*/resize', 'the terminal has another size'],
  ['POST', '/containers/*/rename', 'give a container another name', ['container.rename']],
  ['POST', '/containers/*/update', 'change limits or the restart policy', ['container.update']],
  ['GET', '/containers/*/logs', 'show what it has printed', [], true],
  ['GET', '/containers/*/top', 'list its processes'],
  ['GET', '/containers/*/stats', 'how much does it use?', [], true],
  ['GET', '/containers/*/changes', 'what has changed in its layer?'],
  ['GET', '/containers/*/export', 'hand out its files as a tar', [], true],
  ['GET', '/containers/*/archive', 'copy files out of a container'],
  ['HEAD', '/containers/*/archive', 'is there such a file in it?'],
  ['PUT', '/containers/*/archive', 'copy files into a container'],
  ['DELETE', '/containers/*', 'remove a container', [...ENDS, 'volume.destroy']],
  ['POST', '/containers/*/exec', 'prepare another process in a container'],
  ['POST', '/exec/*/start', 'start that process', ['exec.start', 'exec.die'], true],
  ['POST', '/exec/*/resize', 'the terminal has another size'],
  ['GET', '/exec/*/json', 'how did that process end?'],
  ['POST', '/images/create', 'pull an image from its registry', [...IMAGE, 'image.pull', 'image.transfer'], true],
  ['GET', '/images/json', 'list images'],
  ['GET', '/images/search', 'search Docker Hub'],
  ['POST', '/images/prune', 'remove images without a name', IMAGE],
  ['POST', '/images/load', 'take images out of a tar', IMAGE, true],
  ['GET', '/images/get', 'hand out images as a tar', [], true],
  ['GET', '/images/*/get', 'hand out an image as a tar', [], true],
  ['GET', '/images/*/json', 'describe an image'],
  ['GET', '/images/*/history', 'what was each layer made by?'],
  ['POST', '/images/*/push', 'push an image to its registry', ['image.push', 'image.transfer'], true],
  ['POST', '/images/*/tag', 'give an image another name', IMAGE],
  ['DELETE', '/images/*', 'take a name, or the image, away', IMAGE],
  ['POST', '/build', 'build an image', ['build.start', 'build.end', ...IMAGE], true],
  ['POST', '/build/prune', 'clear the build cache'],
  ['POST', '/build/cancel', 'give that build up'],
  ['POST', '/commit', 'make an image of a container’s layer', IMAGE],
  ['GET', '/networks', 'list networks'],
  ['POST', '/networks/create', 'make a network', ['network.create']],
  ['POST', '/networks/prune', 'remove networks without containers', ['network.destroy']],
  ['POST', '/networks/*/connect', 'connect a container to a network', ['network.connect']],
  ['POST', '/networks/*/disconnect', 'take a container off a network', ['network.disconnect']],
  ['GET', '/networks/*', 'describe a network'],
  ['DELETE', '/networks/*', 'remove a network', ['network.destroy']],
  ['GET', '/volumes', 'list volumes'],
  ['POST', '/volumes/create', 'make a volume', ['volume.create']],
  ['POST', '/volumes/prune', 'remove unused volumes', ['volume.destroy']],
  ['GET', '/volumes/*', 'describe a volume'],
  ['DELETE', '/volumes/*', 'remove a volume', ['volume.destroy']],
  ['GET', '/plugins', 'list plugins'],
];

const PATTERNS = ROWS.map(([method, path, words, changes = [], stream = false]) => {
  const name = path.startsWith('/images/') ? '(.+)' : '([^/]+)';
  return { method, words, changes, stream, pattern: new RegExp(`^${path.replaceAll('*', name)}$`) };
});

/** What a request asks for; `path` without version and query. */
export function routeWords(method: string, path: string): RouteWords {
  for (const { pattern, words, changes, stream, ...row } of PATTERNS) {
    const match = row.method === method ? pattern.exec(path) : null;
    if (!match) continue;
    const [, object] = match;
    return { words, changes, stream, ...(object === undefined ? {} : { object: decodeURIComponent(object) }) };
  }
  return { words: 'something this machine has no words for', changes: [], stream: false };
}

const REASONS: Readonly<Record<number, string>> = {
  101: 'switching to a raw stream',
  200: 'OK',
  201: 'created',
  204: 'done',
  304: 'nothing to do',
  400: 'bad request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not found',
  409: 'conflict',
  500: 'the daemon failed',
  501: 'not implemented',
  503: 'not available',
};

/** `201 created`; a request without an answer has status 0. */
export const statusWords = (status: number): string =>
  status === 0 ? 'no answer' : `${status} ${REASONS[status] ?? ''}`.trim();
