/**
 * The machine's event log: every change of state is one event in one ordered list.
 *
 * Each folder declares its own events by augmenting `MachineEvents`; a folder further up adds its kinds without the
 * kernel knowing them:
 *
 *     declare module '../kernel/log.ts' { interface MachineEvents { 'container.start': { id: string } } }
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- augmented by the folders that emit events
export interface MachineEvents {}

export type EventKind = keyof MachineEvents;

/** One event: `seq` counts from 0, `at` is virtual time in milliseconds since the epoch. */
export type MachineEvent = {
  [K in EventKind]: { readonly seq: number; readonly at: number; readonly kind: K } & Readonly<MachineEvents[K]>;
}[EventKind];

export type EventOf<K extends EventKind> = Extract<MachineEvent, { kind: K }>;

/** The ordered list of events, and those who follow it. */
export class EventLog {
  readonly events: MachineEvent[] = [];
  readonly #listeners = new Set<(event: MachineEvent) => void>();
  readonly now: () => number;
  constructor(now: () => number) {
    this.now = now;
  }

  /** Appends an event and tells the followers, in order. */
  emit<K extends EventKind>(kind: K, data: MachineEvents[K]): void {
    const event = Object.assign({ seq: this.events.length, at: this.now(), kind }, data) as unknown as MachineEvent;
    this.events.push(event);
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** Calls `listener` for every event from now on; returns the function that ends it. */
  follow(listener: (event: MachineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
