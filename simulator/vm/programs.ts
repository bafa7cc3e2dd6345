/** The programs of this room: the client, the daemon, the hypervisor, and what only a guest has. */
export { multipassd } from './daemon.ts';
export { multipass } from './multipass.ts';
export { qemu } from './qemu.ts';
export { systemctl } from './systemctl.ts';
