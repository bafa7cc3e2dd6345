/** The calls of the engine that take time: each ends in a completion, and the event loop hands those on in turn. */
import { Errno, isErrno } from '../../kernel/errno.ts';
import type { SocketAddress, Sys } from '../../kernel/abi.ts';
import type { NodeValue } from './runtime.ts';

export interface Completion {
  readonly id: number;
  readonly ok: boolean;
  readonly value: NodeValue;
}

const bytesOf = (value: NodeValue): Uint8Array => (value instanceof Uint8Array ? value : new Uint8Array(0));

const address = (host: string, port: number): SocketAddress =>
  port < 0 ? { family: 'unix', path: host } : { family: 'inet', host: host === '::1' ? '127.0.0.1' : host, port };

async function work(sys: Sys, op: string, args: readonly NodeValue[]): Promise<NodeValue> {
  const [first, second] = args;
  switch (op) {
    case 'turn':
      await sys.tick();
      return undefined;
    case 'read':
      return sys.read(Number(first), Number(second));
    case 'write':
      await sys.write(Number(first), bytesOf(second));
      return undefined;
    case 'accept':
      return sys.accept(Number(first));
    case 'connect':
      return sys.connect(address(String(first), Number(second)));
    case 'resolve':
      return sys.resolve(String(first));
    case 'wait': {
      const result = await sys.wait(Number(first));
      const status = result?.status;
      return status && 'code' in status
        ? { code: status.code }
        : status && 'signal' in status
          ? { signal: status.signal }
          : { code: 0 };
    }
    default:
      throw new Errno('ENOSYS');
  }
}

/** Begins a call; `done` is told how it ended. */
export function startWait(
  sys: Sys,
  id: number,
  op: string,
  args: readonly NodeValue[],
  done: (completion: Completion) => void,
): void {
  work(sys, op, args).then(
    (value) => done({ id, ok: true, value }),
    (error: unknown) => {
      if (!isErrno(error)) throw error;
      done({ id, ok: false, value: { errno: error.number, code: error.code, message: error.message } });
    },
  );
}
