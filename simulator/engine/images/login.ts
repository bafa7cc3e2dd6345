import type { AuthConfig } from '../../api/types.ts';
import { RegistryError } from '../../registry/client.ts';
import type { Engine } from '../engine.ts';
import { ApiError } from '../errors.ts';
import { registryClient } from './registry-access.ts';

/** The name Docker Hub has in config files. */
const HUB = 'https://index.docker.io/v1/';

/** Tries credentials at a registry. Throws the text of the registry's refusal. */
export async function checkCredentials(engine: Engine, auth: AuthConfig): Promise<void> {
  const address = auth.serveraddress ?? '';
  const domain =
    address === '' || address === HUB ? 'docker.io' : address.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  try {
    await registryClient(engine, auth).login(domain);
  } catch (error) {
    if (error instanceof RegistryError) throw new ApiError(error.status, error.message);
    throw error;
  }
}
