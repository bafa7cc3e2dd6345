/** A socket as a channel, for those outside any process: daemons, hosts of the internet, the machine's facade. */
import type { Channel } from '../kernel.ts';
import type { StreamSocket, WaitQueue } from './stack.ts';

const encoder = new TextEncoder();

const change = (queue: WaitQueue): Promise<void> => new Promise((resolve) => queue.wait(resolve));

export function socketChannel(socket: StreamSocket): Channel {
  return {
    async read(max = 65536) {
      for (;;) {
        const bytes = socket.tryRead(max);
        if (bytes) return bytes;
        await change(socket.changed);
      }
    },
    async write(data) {
      let rest = typeof data === 'string' ? encoder.encode(data) : data;
      while (rest.length > 0) {
        const count = socket.tryWrite(rest);
        if (count === 0) await change(socket.changed);
        else rest = rest.subarray(count);
      }
    },
    closeWrite: () => socket.shutdown('write'),
    close: () => socket.close(),
  };
}
