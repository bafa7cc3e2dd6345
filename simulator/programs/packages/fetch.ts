/** Fetching from a mirror: one address per request, names by the system's resolver. */
import { sysChannel } from '../../http/channel.ts';
import { request } from '../../http/client.ts';
import { HttpError, readText } from '../../http/http.ts';
import type { Sys } from '../../kernel/abi.ts';
import { isErrno } from '../../kernel/errno.ts';

export type Fetched = { readonly text: string } | { readonly failed: string };

/** Bytes per virtual millisecond that a mirror gives. */
const SPEED = 9_000;

/** Lets the time of a download pass. */
export const download = (sys: Sys, bytes: number): Promise<void> => sys.sleep(Math.max(1, bytes / SPEED));

/** GET of a plain or (left out here) encrypted URL; `failed` is the text apt prints. */
export async function fetchText(sys: Sys, url: string): Promise<Fetched> {
  const match = /^(https?):\/\/([^/:]+)(?::(\d+))?(\/.*)$/.exec(url);
  if (!match) return { failed: `The method driver for ${url} could not be found.` };
  const [, scheme, host, given, path] = match as unknown as [string, string, string, string | undefined, string];
  const port = given === undefined ? (scheme === 'https' ? 443 : 80) : Number(given);
  let addresses: string[];
  try {
    addresses = await sys.resolve(host);
  } catch (error) {
    if (!isErrno(error)) throw error;
    return { failed: `Temporary failure resolving '${host}'` };
  }
  if (addresses.length === 0) return { failed: `Temporary failure resolving '${host}'` };
  let fd: number;
  try {
    fd = await sys.connect({ family: 'inet', host: addresses[0]!, port });
  } catch (error) {
    if (!isErrno(error)) throw error;
    return {
      failed: `Could not connect to ${host}:${port} (${addresses[0]}). - connect (${error.number}: ${error.message})`,
    };
  }
  const channel = sysChannel(sys, fd);
  try {
    const answer = await request(channel, { target: path, headers: { Host: host, Connection: 'close' } });
    const text = await readText(answer.body);
    return answer.status === 200 ? { text } : { failed: `${answer.status}  ${answer.reason}` };
  } catch (error) {
    if (error instanceof HttpError || isErrno(error)) return { failed: 'Connection failed' };
    throw error;
  } finally {
    channel.close();
  }
}
