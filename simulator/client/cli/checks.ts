/** Checks docker makes on single values while it parses flags. Each returns the value to keep. */
import { ramInBytes } from '../format/units.ts';
import { canonicalIp } from './ip.ts';

type Check = (text: string, env: Readonly<Record<string, string>>) => string;

const cut = (text: string, by: string): [string, string, boolean] => {
  const at = text.indexOf(by);
  return at < 0 ? [text, '', false] : [text.slice(0, at), text.slice(at + by.length), true];
};

function environment(text: string, env: Readonly<Record<string, string>>): string {
  const [name, , given] = cut(text, '=');
  if (name === '') throw new Error(`invalid environment variable: ${text}`);
  if (given || env[name] === undefined) return text;
  return `${name}=${env[name]}`;
}

function extraHost(text: string): string {
  let [host, address, ok] = cut(text, '=');
  if (!ok) [host, address, ok] = cut(text, ':');
  if (!ok || host === '' || host.includes(':')) throw new Error(`bad format for add-host: ${JSON.stringify(text)}`);
  if (address !== 'host-gateway') {
    if (address.length > 2 && address.startsWith('[') && address.endsWith(']')) address = address.slice(1, -1);
    if (canonicalIp(address.trim()) === undefined)
      throw new Error(`invalid IP address in add-host: ${JSON.stringify(address)}`);
  }
  return `${host}:${address}`;
}

function ipAddress(text: string): string {
  const ip = canonicalIp(text.trim());
  if (ip === undefined) throw new Error(`IP address is not correctly formatted: ${text}`);
  return ip;
}

function dnsSearch(text: string): string {
  const domain = text.trim();
  if (domain === '.') return domain;
  const match =
    /^(:?(:?[a-zA-Z0-9]|(:?[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))(:?\.(:?[a-zA-Z0-9]|(:?[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])))*)\.?\s*$/.exec(
      domain,
    );
  if (!/[a-zA-Z]/.test(domain) || match === null || (match[1] ?? '').length >= 255) {
    throw new Error(`${domain} is not a valid domain`);
  }
  return match[1] ?? domain;
}

function attach(text: string): string {
  const stream = text.toLowerCase();
  if (!['stdin', 'stdout', 'stderr'].includes(stream)) throw new Error('valid streams are STDIN, STDOUT and STDERR');
  return stream;
}

function link(text: string): string {
  if (text === '') throw new Error('empty string specified for links');
  if (text.split(':').length > 2) throw new Error(`bad format for links: ${text}`);
  return text;
}

function label(text: string): string {
  const key = cut(text, '=')[0].replace(/^[ \t]+/, '');
  if (key === '') throw new Error(`invalid label '${text}': empty name`);
  if (/[ \t]/.test(key)) throw new Error(`label '${key}' contains whitespaces`);
  return text;
}

function device(text: string): [string, string] {
  const [path, rest, ok] = cut(text, ':');
  if (!ok || path === '') throw new Error(`bad format: ${text}`);
  if (!path.startsWith('/dev/')) throw new Error(`bad format for device path: ${text}`);
  return [path, rest];
}

const RATE = 'Number must be a positive integer';

function throttleBps(text: string): string {
  const [, rate] = device(text);
  try {
    ramInBytes(rate);
  } catch {
    throw new Error(
      `invalid rate for device: ${text}. The correct format is <device-path>:<number>[<unit>]. ${RATE}. Unit is optional and can be kb, mb, or gb`,
    );
  }
  return text;
}

function throttleIops(text: string): string {
  const [, rate] = device(text);
  if (!/^\d+$/.test(rate)) {
    throw new Error(`invalid rate for device: ${text}. The correct format is <device-path>:<number>. ${RATE}`);
  }
  return text;
}

function weightDevice(text: string): string {
  const [, weight] = device(text);
  const value = /^\d+$/.test(weight) ? Number(weight) : -1;
  if (value < 0 || (value > 0 && value < 10) || value > 1000) throw new Error(`invalid weight for device: ${text}`);
  return text;
}

function deviceCgroupRule(text: string): string {
  if (!/^[acb] ([0-9]+|\*):([0-9]+|\*) [rwm]{1,3}$/.test(text))
    throw new Error(`invalid device cgroup format '${text}'`);
  return text;
}

const KERNEL_SYSCTLS = ['msgmax', 'msgmnb', 'msgmni', 'sem', 'shmall', 'shmmax', 'shmmni', 'shm_rmid_forced'];

function sysctl(text: string): string {
  const [key, , ok] = cut(text, '=');
  const known =
    KERNEL_SYSCTLS.some((name) => key === `kernel.${name}`) || key.startsWith('net.') || key.startsWith('fs.mqueue.');
  if (!ok || key === '' || !known) throw new Error(`sysctl '${text}' is not allowed`);
  return text;
}

/** The checks by the name the flag tables give them. */
export const CHECKS: Readonly<Record<string, Check>> = {
  env: environment,
  extraHost,
  ip: ipAddress,
  dnsSearch,
  attach,
  link,
  label,
  throttleBps,
  throttleIops,
  weightDevice,
  deviceCgroupRule,
  sysctl,
};
