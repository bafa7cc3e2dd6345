/** `os/architecture[/variant]`, as containerd normalises it. */
import { goQuote } from './text.ts';

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string;
}

const ARCHITECTURES: Record<string, [string, string]> = {
  i386: ['386', ''],
  '386': ['386', ''],
  x86_64: ['amd64', ''],
  'x86-64': ['amd64', ''],
  amd64: ['amd64', ''],
  aarch64: ['arm64', ''],
  arm64: ['arm64', ''],
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v6'],
  arm: ['arm', 'v7'],
  ppc64le: ['ppc64le', ''],
  s390x: ['s390x', ''],
  riscv64: ['riscv64', ''],
  mips64le: ['mips64le', ''],
  loong64: ['loong64', ''],
};
const SYSTEMS = new Set(['linux', 'windows', 'darwin', 'freebsd', 'wasip1', 'js']);

export const formatPlatform = (p: Platform): string =>
  [p.os, p.architecture, p.variant].filter((part) => part !== '').join('/');

/** Parses a platform; a lone architecture means linux. Throws with containerd's text. */
export function parsePlatform(text: string): Platform {
  const parts = text.split('/');
  for (const part of parts) {
    if (!/^[A-Za-z0-9_.()-]+$/.test(part)) {
      throw new Error(
        `${goQuote(part)} is an invalid component of ${goQuote(text)}: platform specifier component must match "^[A-Za-z0-9_.-]+$": invalid argument`,
      );
    }
  }
  const lower = parts.map((part) => part.toLowerCase());
  if (parts.length === 1) {
    const known = ARCHITECTURES[lower[0]!];
    if (known) return { os: 'linux', architecture: known[0], variant: known[1] };
    if (SYSTEMS.has(lower[0]!)) return { os: lower[0]!, architecture: 'amd64', variant: '' };
    throw new Error(`${goQuote(text)}: unknown operating system or architecture: invalid argument`);
  }
  if (parts.length > 3) throw new Error(`${goQuote(text)}: cannot parse platform specifier: invalid argument`);
  const [architecture, variant] = ARCHITECTURES[lower[1]!] ?? [lower[1]!, ''];
  const given = lower[2] ?? variant;
  return { os: lower[0]!, architecture, variant: architecture === 'arm64' && given === 'v8' ? '' : given };
}
