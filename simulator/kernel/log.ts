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

/** Kinds that come by the thousand, and whose past nobody asks for after a while. */
const NOISY = /^(net\.(data|bytes|datagram)|process\.|container\.output)/;
/** How much of the quiet and the noisy kinds stays, in events; 256 characters of output count as one more. */
const MOST = [80_000, 20_000] as const;

const noise = (event: MachineEvent): 0 | 1 => (NOISY.test(event.kind) ? 1 : 0);
const weight = (event: MachineEvent): number => 1 + ('text' in event ? event.text.length >> 8 : 0);

/** The ordered list of events, and those who follow it. */
export class EventLog {
  /** In order. The oldest are dropped in a long session, noisy ones first: `seq` may have gaps. */
  readonly events: MachineEvent[] = [];
  /** Events so far, with those that were dropped. */
  count = 0;
  readonly #weights = [0, 0] as [number, number];
  readonly #listeners = new Set<(event: MachineEvent) => void>();
  readonly now: () => number;
  constructor(now: () => number) {
    this.now = now;
  }

  /** Appends an event and tells the followers, in order. */
  emit<K extends EventKind>(kind: K, data: MachineEvents[K]): void {
    const event = Object.assign({ seq: this.count++, at: this.now(), kind }, data) as unknown as MachineEvent;
    this.events.push(event);
    const side = noise(event);
    this.#weights[side] += weight(event);
    if (this.#weights[side] > MOST[side]) this.#drop(side);
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** Drops the oldest of one side, a quarter at once, so that it is seldom done. */
  #drop(side: 0 | 1): void {
    const { events } = this;
    let kept = 0;
    for (const event of events) {
      if (this.#weights[side] > MOST[side] * 0.75 && noise(event) === side) this.#weights[side] -= weight(event);
      else events[kept++] = event;
    }
    events.length = kept;
  }

  /** Calls `listener` for every event from now on; returns the function that ends it. */
  follow(listener: (event: MachineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
