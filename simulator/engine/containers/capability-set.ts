import { CAPABILITIES } from '../../kernel/capabilities.ts';

/** What a container gets unless it asks for more or less (moby: oci/caps/defaults.go). */
export const DEFAULT_CAPABILITIES: readonly string[] = `
  CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL
  AUDIT_WRITE`
  .trim()
  .split(/\s+/)
  .map((name) => `CAP_${name}`);

/** The set for --cap-add and --cap-drop; `ALL` on either side stands for every capability. */
export function capabilitySet(
  add: readonly string[] | null,
  drop: readonly string[] | null,
  privileged: boolean,
): ReadonlySet<string> {
  if (privileged) return new Set(CAPABILITIES);
  const added = add ?? [];
  const dropped = drop ?? [];
  if (added.includes('ALL')) return new Set(CAPABILITIES.filter((name) => !dropped.includes(name)));
  if (dropped.includes('ALL')) return new Set(added);
  return new Set([...DEFAULT_CAPABILITIES.filter((name) => !dropped.includes(name)), ...added]);
}
