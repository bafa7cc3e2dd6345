/** Names for machines that were given none: an adjective and an animal. */
import type { Random } from '../kernel/random.ts';

const ADJECTIVES =
  `able amber brisk calm clever cosy dapper eager fluent gentle hearty jolly keen lively lucid mellow nimble
  patient placid quick quiet robust serene sturdy subtle tidy upbeat vivid warm witty`.split(/\s+/);
const ANIMALS = `badger bison crane dolphin egret falcon gecko heron ibex jackdaw kestrel lemur lynx marmot newt otter
  pelican quail raven sparrow stoat tapir tern turtle urchin vole walrus wombat yak zebu`.split(/\s+/);

/** A name by chance. */
export const newName = (random: Random): string => `${random.pick(ADJECTIVES)}-${random.pick(ANIMALS)}`;
