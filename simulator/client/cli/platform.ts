/** `--platform os[/arch[/variant]]`. */
import { CliError } from './errors.ts';

const ARCHES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  'x86-64': 'amd64',
  aarch64: 'arm64',
  i386: '386',
  armhf: 'arm',
  armel: 'arm',
};
const KNOWN_OS = new Set(['linux', 'windows', 'darwin', 'freebsd']);
const KNOWN_ARCH = new Set([
  'amd64',
  '386',
  'arm',
  'arm64',
  'ppc64le',
  's390x',
  'riscv64',
  'mips64',
  'mips64le',
  'loong64',
  'wasm',
]);

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** Reads a platform; throws containerd's error. */
export function parsePlatform(text: string): Platform {
  const parts = text.toLowerCase().split('/');
  const bad = (detail: string): CliError => new CliError(`${JSON.stringify(text)}: ${detail}: invalid argument`);
  for (const part of parts) {
    if (!/^[a-z0-9_.-]+$/.test(part))
      throw bad(
        `${JSON.stringify(part)} is an invalid component of ${JSON.stringify(text)}: platform specifier component must match "^[A-Za-z0-9_.-]+$"`,
      );
  }
  const [first = '', second, third] = parts;
  if (parts.length > 3) throw bad('cannot parse platform specifier');
  if (second === undefined) {
    if (KNOWN_OS.has(first)) return { os: first, architecture: 'amd64' };
    const arch = ARCHES[first] ?? first;
    if (KNOWN_ARCH.has(arch)) return { os: 'linux', architecture: arch };
    throw new CliError(`${JSON.stringify(text)}: unknown operating system or architecture: invalid argument`);
  }
  const architecture = ARCHES[second] ?? second;
  const variant =
    third ?? (second === 'armhf' ? 'v7' : second === 'armel' ? 'v6' : second === 'arm' ? 'v7' : undefined);
  const normal = architecture === 'arm64' && (variant === 'v8' || variant === '8') ? undefined : variant;
  return { os: first, architecture, ...(normal === undefined ? {} : { variant: normal }) };
}

/** The platform as the API takes it in a query. */
export function checkPlatform(text: string): string {
  return JSON.stringify(parsePlatform(text));
}
