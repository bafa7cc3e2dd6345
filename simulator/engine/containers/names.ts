import type { Random } from '../../kernel/random.ts';
import { invalid } from '../errors.ts';
import { ADJECTIVES, SURNAMES } from './name-list.ts';

const VALID = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** Throws Docker's text unless `name` can be a container's name (a leading slash is allowed). */
export function checkName(name: string): void {
  if (!VALID.test(name.replace(/^\//, '')))
    throw invalid(`Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
}

/** A name for a container without one: `adjective_surname`, with a digit after a clash; at last the short id. */
export function generateName(random: Random, taken: (name: string) => boolean, id: string): string {
  for (let attempt = 0; attempt < 6; attempt++) {
    let name = 'boring_wozniak';
    while (name === 'boring_wozniak') name = `${random.pick(ADJECTIVES)}_${random.pick(SURNAMES)}`;
    if (attempt > 0) name += String(random.int(10));
    if (!taken(name)) return name;
  }
  return id.slice(0, 12);
}
