/**
 * The machine of one page: starts it at once, and keeps what it says until the workbench is there to listen. It knows
 * nothing of the interface, so that the prompt does not wait for it.
 */
import type { PlainStep } from '../../simulator/session/steps.ts';
import type { Pace } from '../../simulator/kernel/kernel.ts';
import { MachineLink } from './link.ts';
import type { FromMachine, ToMachine } from './protocol.ts';
import { loadFiles } from './storage.ts';

export interface LessonStart {
  readonly id: string;
  readonly version: number;
  readonly folder: string;
  readonly images: readonly string[];
  readonly files: Record<string, string>;
  /** Done on the machine before the learner gets it. */
  readonly setup?: readonly PlainStep[];
  /** Files in containers that the tasks look at, as `container:/path`. */
  readonly looks?: readonly string[];
}

export const storageKey = (lesson: LessonStart): string => `${lesson.id}@${lesson.version}`;

export class MachineSession {
  readonly lesson: LessonStart;
  readonly #link: MachineLink;
  #ready = false;
  #listener: ((message: FromMachine) => void) | undefined;
  readonly #kept: FromMachine[] = [];
  readonly #outputs = new Map<number, (data: Uint8Array) => void>();
  /** Sizes of terminals that were opened before the machine was ready. */
  readonly #waiting: { id: number; columns: number; rows: number }[] = [];
  /** Resolves when a terminal has shown something: the prompt. */
  readonly prompt: Promise<void>;
  #prompted: () => void = () => undefined;

  constructor(lesson: LessonStart, pace: Pace) {
    this.lesson = lesson;
    this.prompt = new Promise((resolve) => (this.#prompted = resolve));
    this.#link = new MachineLink((message) => this.#receive(message));
    const { setup = [] } = lesson;
    void loadFiles(storageKey(lesson)).then((saved) =>
      this.#link.send({
        type: 'boot',
        files: (setup.length ? undefined : saved) ?? lesson.files,
        ...(saved && setup.length > 0 && { saved }),
        folder: lesson.folder,
        images: lesson.images,
        setup,
        ...(lesson.looks?.length && { looks: lesson.looks }),
        seed: 1,
        pace,
      }),
    );
  }

  /** Hands out what was said so far, then everything as it comes. Terminal output goes to whoever opened the terminal. */
  listen(listener: (message: FromMachine) => void): void {
    this.#listener = listener;
    for (const message of this.#kept.splice(0)) listener(message);
  }

  send(message: ToMachine): void {
    this.#link.send(message);
  }

  openTerminal(id: number, columns: number, rows: number, output: (data: Uint8Array) => void): void {
    this.#outputs.set(id, output);
    if (this.#ready) this.send({ type: 'terminal.open', id, columns, rows });
    else this.#waiting.push({ id, columns, rows });
  }
  input(id: number, data: string): void {
    this.send({ type: 'terminal.input', id, data });
  }
  resize(id: number, columns: number, rows: number): void {
    const waiting = this.#waiting.find((w) => w.id === id);
    if (waiting) Object.assign(waiting, { columns, rows });
    else this.send({ type: 'terminal.resize', id, columns, rows });
  }

  stop(): void {
    this.#link.stop();
  }

  #receive(message: FromMachine): void {
    if (message.type === 'terminal.output') {
      this.#outputs.get(message.id)?.(message.data);
      this.#prompted();
      return;
    }
    if (message.type === 'terminal.ended') {
      this.#outputs.get(message.id)?.(
        new TextEncoder().encode('\r\n[the shell has ended; reset the machine for a new one]\r\n'),
      );
      return;
    }
    if (message.type === 'ready') {
      this.#ready = true;
      for (const size of this.#waiting.splice(0)) this.send({ type: 'terminal.open', ...size });
    }
    if (this.#listener) this.#listener(message);
    else this.#kept.push(message);
  }
}
