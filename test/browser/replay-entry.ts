/** Bundled for the browser by determinism.test.ts: replays sessions there. */
import type { HostLoop } from '../../simulator/machine.ts';
import { createMachine } from '../../simulator/machine.ts';
import { replay } from '../../simulator/session/replay.ts';
import { parseSession } from '../../simulator/session/session-file.ts';

const channel = new MessageChannel();
const turns: (() => void)[] = [];
channel.port1.onmessage = () => turns.shift()?.();

const host: HostLoop = {
  turn: () =>
    new Promise((resolve) => {
      turns.push(resolve);
      channel.port2.postMessage(0);
    }),
  rest: () => ({ done: new Promise(() => undefined), wake: () => undefined }),
  time: () => performance.now(),
};

/** The transcript and the event log of a session, as text. */
export async function replayText(name: string, source: string): Promise<{ transcript: string; events: string }> {
  const session = parseSession(source);
  const machine = await createMachine({ files: session.files, images: session.images, host });
  const transcript = await replay(name, session, machine);
  machine.stop();
  return { transcript: JSON.stringify(transcript), events: JSON.stringify(machine.events) };
}

Object.assign(window, { replayText });
