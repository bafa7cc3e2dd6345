/** Lines of a connection. */
import type { Channel } from '../kernel/kernel.ts';

/** Yields each complete line that arrives, without its newline. */
export async function* lines(channel: Pick<Channel, 'read'>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const data = await channel.read();
    if (data.length === 0) return;
    rest += decoder.decode(data, { stream: true });
    const all = rest.split('\n');
    rest = all.pop()!;
    yield* all;
  }
}
