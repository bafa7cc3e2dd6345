/** The client's half of a session: standard streams as frames to a machine's sshd. */
import type { Sys } from '../kernel/abi.ts';
import { isErrno } from '../kernel/errno.ts';
import { sysChannel } from '../http/channel.ts';
import { CLIENT_ID, frame, FrameReader, jsonFrame, readJson, type SessionRequest } from './ssh.ts';

const USER = 'ubuntu';
const PORT = 22;

/** Where a session's streams go instead of the terminal's. */
export interface Streams {
  readonly input?: Uint8Array;
  readonly output?: (data: Uint8Array) => void;
}

/**
 * Opens a session at `address` and carries the streams until it ends; resolves to its exit code. Rejects with the connection's
 * Errno; a text says what else went wrong. A terminal is left raw: the session may be given up before it ends, so it is the
 * caller who puts it right.
 */
export async function openSession(
  sys: Sys,
  address: string,
  what: { readonly command?: string; readonly directory?: string },
  streams: Streams = {},
): Promise<number | string> {
  const fd = await sys.connect({ family: 'inet', host: address, port: PORT });
  const channel = sysChannel(sys, fd);
  const reader = new FrameReader(channel);
  await channel.write(CLIENT_ID);
  if ((await reader.identification()) === undefined) return 'ssh connection failed: the other side is no SSH server';
  const plain = streams.input !== undefined || streams.output !== undefined;
  const terminal = !plain && sys.isatty(0) && sys.isatty(1);
  const request: SessionRequest = {
    user: USER,
    ...what,
    ...(terminal && { terminal: { type: sys.env['TERM'] ?? 'xterm', size: sys.windowSize(0) } }),
  };
  await channel.write(jsonFrame('r', request));
  if (terminal) {
    sys.terminalMode(0, { canonical: false, echo: false, signals: false, postprocess: false, crToNl: false });
    sys.signal('SIGWINCH', () => void channel.write(jsonFrame('w', sys.windowSize(0))));
  }
  void sendInput(sys, channel, streams.input);
  let code: number | undefined;
  for (let next = await reader.next(); next; next = await reader.next()) {
    if (next.type === 'o') {
      if (streams.output) streams.output(next.data);
      else await sys.write(1, next.data);
    } else if (next.type === 'x') await sys.write(2, next.data);
    else if (next.type === 's') {
      code = readJson<number>(next.data);
      break;
    }
  }
  channel.close();
  return code ?? 'lost connection to the instance';
}

async function sendInput(
  sys: Sys,
  channel: ReturnType<typeof sysChannel>,
  input: Uint8Array | undefined,
): Promise<void> {
  try {
    if (input) {
      for (let at = 0; at < input.length; at += 32768) await channel.write(frame('i', input.subarray(at, at + 32768)));
      await channel.write(frame('e'));
      return;
    }
    for (;;) {
      const data = await sys.read(0);
      await channel.write(data.length === 0 ? frame('e') : frame('i', data));
      if (data.length === 0) return;
    }
  } catch (error) {
    if (!isErrno(error)) throw error; // the session is over: nobody takes the input any more
  }
}
