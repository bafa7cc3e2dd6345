import type { AuthConfig } from '../../api/types.ts';
import { RegistryClient } from '../../registry/client.ts';
import type { Engine } from '../engine.ts';

/** The way to registries, with the credentials a request brought along. */
export function registryClient(engine: Engine, auth: AuthConfig): RegistryClient {
  const { username, password } = auth;
  return new RegistryClient({
    sys: engine.sys,
    content: engine.images.store.content,
    ...(username ? { credentials: { username, password: password ?? '' } } : {}),
  });
}
