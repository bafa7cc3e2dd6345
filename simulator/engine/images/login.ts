import type { AuthConfig } from '../../api/types.ts';
import type { Engine } from '../engine.ts';
import { notSimulated } from '../errors.ts';

/** Tries credentials at a registry. Throws the text of the registry's refusal. */
export function checkCredentials(_engine: Engine, auth: AuthConfig): Promise<void> {
  return Promise.reject(notSimulated(`logging in at ${auth.serveraddress ?? 'a registry'}`));
}
