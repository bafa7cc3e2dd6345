import { conflict, invalid, notFound } from '../errors.ts';
import type { Container } from './container.ts';

/** All containers, found by name, id or unique prefix of an id. */
export class ContainerStore {
  readonly #byId = new Map<string, Container>();
  readonly #byName = new Map<string, string>();

  /** Reserves a name (without slash) for `id`. Throws Docker's conflict. */
  reserve(name: string, id: string): void {
    const holder = this.#byName.get(name);
    if (holder !== undefined && holder !== id)
      throw conflict(
        `Conflict. The container name "/${name}" is already in use by container "${holder}". You have to remove (or rename) that container to be able to reuse that name.`,
      );
    this.#byName.set(name, id);
  }
  release(name: string): void {
    this.#byName.delete(name);
  }
  taken(name: string): boolean {
    return this.#byName.has(name);
  }
  add(container: Container): void {
    this.#byId.set(container.id, container);
  }
  delete(container: Container): void {
    this.#byId.delete(container.id);
    if (this.#byName.get(container.name) === container.id) this.#byName.delete(container.name);
  }

  /** Oldest first. */
  all(): Container[] {
    return [...this.#byId.values()];
  }
  get size(): number {
    return this.#byId.size;
  }

  /** The container a reference names, or undefined. Throws for a prefix that fits several. */
  find(reference: string): Container | undefined {
    const exact = this.#byId.get(reference);
    if (exact !== undefined) return exact;
    const named = this.#byName.get(reference.replace(/^\//, ''));
    if (named !== undefined) return this.#byId.get(named);
    if (reference === '' || !/^[0-9a-f]+$/.test(reference)) return undefined;
    const found: Container[] = [];
    for (const [id, container] of this.#byId) if (id.startsWith(reference)) found.push(container);
    if (found.length > 1) throw invalid(`multiple IDs found with provided prefix: ${reference}`);
    return found[0];
  }

  get(reference: string): Container {
    const container = this.find(reference);
    if (container === undefined) throw notFound(`No such container: ${reference}`);
    return container;
  }
}
