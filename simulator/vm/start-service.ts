/** Which program stands for a service of a guest. */
import type { Guest } from './guest.ts';
import { SSH, waiting, type Service } from './services.ts';
import { sshd } from './sshd.ts';

/** Starts a unit of the guest. */
export function startService(guest: Guest, service: Service): void {
  guest.startUnit(service, service.unit === SSH.unit ? sshd : waiting(service));
}
