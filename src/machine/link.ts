/** The page's side of the machine: starts the worker, sends messages, hands out what comes back. */
import type { FromMachine, ToMachine } from './protocol.ts';

export class MachineLink {
  readonly #worker: Worker;
  constructor(receive: (message: FromMachine) => void) {
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'machine' });
    this.#worker.onmessage = (event: MessageEvent<FromMachine>) => receive(event.data);
    this.#worker.onerror = (event) =>
      receive({ type: 'stopped', message: event.message || 'The machine could not be loaded.' });
  }
  send(message: ToMachine): void {
    this.#worker.postMessage(message);
  }
  /** Ends the machine at once, whatever it is doing. */
  stop(): void {
    this.#worker.terminate();
  }
}
