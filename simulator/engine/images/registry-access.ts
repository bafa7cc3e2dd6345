import type { AuthConfig } from '../../api/types.ts';
import { formatReference, type Reference } from '../../image/reference.ts';
import type { Descriptor } from '../../image/types.ts';
import { assemble, type AssembledVersion } from '../../registry/catalogue/assemble.ts';
import { CATALOGUE } from '../../registry/catalogue/index.ts';
import type { Engine } from '../engine.ts';
import { notFound, notSimulated } from '../errors.ts';
import type { RegistryAccess } from './registry.ts';

/** Bytes of a download per virtual millisecond. */
const SPEED = 20_000;

async function versionsOf(reference: Reference): Promise<AssembledVersion[]> {
  const load = reference.domain === 'docker.io' ? CATALOGUE[reference.path] : undefined;
  if (load === undefined) throw notFound(`${formatReference(reference)}: not found`);
  return (await load()).versions.map(assemble);
}

/** Opens the way to the registries that names lead to. */
export async function openRegistry(engine: Engine, _auth: AuthConfig): Promise<RegistryAccess> {
  const find = async (reference: Reference): Promise<AssembledVersion> => {
    const versions = await versionsOf(reference);
    const found = versions.find((one) =>
      reference.digest === undefined
        ? one.tags.includes(reference.tag ?? 'latest')
        : one.manifest.digest === reference.digest,
    );
    if (found === undefined) throw notFound(`${formatReference(reference)}: not found`);
    return found;
  };
  return {
    async resolve(reference) {
      const { manifest } = await find(reference);
      await engine.delay(60);
      return { mediaType: manifest.mediaType, digest: manifest.digest, size: manifest.bytes.length };
    },
    async manifest(reference, descriptor) {
      const versions = await versionsOf(reference);
      const found = versions.find((one) => one.manifest.digest === descriptor.digest);
      if (found === undefined) throw notFound(`${formatReference(reference)}: not found`);
      return found.manifest.bytes;
    },
    async blob(reference, descriptor: Descriptor, progress) {
      const { content } = engine.images.store;
      for (const version of await versionsOf(reference)) {
        if (version.config.digest === descriptor.digest) content.put(version.config.bytes);
        const layer = version.layers.find((one) => one.digest === descriptor.digest);
        if (layer !== undefined) {
          const steps = Math.min(8, Math.ceil(layer.size / 2_000_000));
          for (let i = 1; i <= steps; i++) {
            await engine.delay(layer.size / steps / SPEED);
            progress(Math.round((layer.size * i) / steps));
          }
          content.putKnown(layer);
        }
        if (content.has(descriptor.digest)) return;
      }
    },
    async tags(reference) {
      return (await versionsOf(reference)).flatMap((version) => version.tags);
    },
    pushBlob: () => Promise.reject(notSimulated('pushing')),
    pushManifest: () => Promise.reject(notSimulated('pushing')),
  };
}
