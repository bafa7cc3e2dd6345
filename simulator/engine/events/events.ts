import type { EventMessage } from '../../api/types.ts';
import type { Filters } from '../filters.ts';
import type { Instants } from '../time.ts';

/** How many past events `docker events --since` can reach back to. */
const HISTORY = 256;

export type EventType = EventMessage['Type'];

interface Recorded {
  readonly at: number;
  readonly message: EventMessage;
}

/** The daemon's event stream (`docker events`): the last ones, and those who follow. */
export class EventHub {
  readonly #instants: Instants;
  #history: Recorded[] = [];
  readonly #followers = new Set<(event: EventMessage) => void>();
  constructor(instants: Instants) {
    this.#instants = instants;
  }

  get followers(): number {
    return this.#followers.size;
  }

  /** Appends an event; attributes are kept sorted by name. */
  record(type: EventType, action: string, id: string, attributes: Readonly<Record<string, string>>): void {
    const at = this.#instants.now();
    const sorted = Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
    const message: EventMessage = {
      Type: type,
      Action: action,
      Actor: { ID: id, Attributes: sorted },
      scope: 'local',
      time: Math.floor(at / 1000),
      timeNano: Math.round(at * 1e6),
    };
    this.#history.push({ at, message });
    if (this.#history.length > HISTORY * 2) this.#history = this.#history.slice(-HISTORY);
    for (const follower of [...this.#followers]) follower(message);
  }

  /** Past events within [since, until]. */
  past(since: number, until: number): EventMessage[] {
    return this.#history
      .slice(-HISTORY)
      .filter(({ at }) => at >= since && at <= until)
      .map(({ message }) => message);
  }

  follow(follower: (event: EventMessage) => void): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }
}

export const EVENT_FILTERS = [
  'config',
  'container',
  'daemon',
  'event',
  'image',
  'label',
  'network',
  'node',
  'plugin',
  'scope',
  'secret',
  'service',
  'type',
  'volume',
];

/** Whether an event passes the filters of GET /events. */
export function passes(filters: Filters, event: EventMessage): boolean {
  const { Attributes, ID } = event.Actor;
  // `exec_create: sh -c …` answers to the filter `exec_create`, `health_status: healthy` to `health_status`.
  const action = event.Action.split(':')[0]!;
  if (filters.has('event') && !filters.exact('event', event.Action) && !filters.exact('event', action)) return false;
  if (!filters.exact('type', event.Type) || !filters.exact('scope', event.scope)) return false;
  if (!filters.labels(Attributes)) return false;
  for (const type of ['container', 'volume', 'network', 'daemon'] as const) {
    if (!filters.has(type)) continue;
    if (event.Type !== type) return false;
    const values = filters.get(type);
    if (!values.some((value) => ID === value || Attributes.name === value || (value !== '' && ID.startsWith(value))))
      return false;
  }
  if (filters.has('image')) {
    // Containers answer to the image they were made of.
    const names = event.Type === 'image' ? [ID, Attributes.name ?? ''] : [Attributes.image ?? ''];
    if (event.Type !== 'image' && event.Type !== 'container') return false;
    const bare = (name: string): string => name.replace(/:[^/:]*$/, '');
    if (!filters.get('image').some((value) => names.some((name) => name === value || bare(name) === value)))
      return false;
  }
  return true;
}
