/** lscpu, lsblk: what the hardware is. */
import type { Tool } from '../io.ts';
import { parseOptions } from '../options.ts';

/** lscpu(1). */
export const lscpu: Tool = async (io) => {
  await parseOptions(io, { short: 'ae::p::' });
  const info = io.sys.readText('/proc/cpuinfo');
  const field = (name: string): string => new RegExp(`^${name}\\s*: (.*)$`, 'm').exec(info)?.[1] ?? '';
  const cpus = info.match(/^processor/gm)?.length ?? 1;
  const rows: [string, string][] = [
    ['Architecture:', io.sys.uname().machine],
    ['  CPU op-mode(s):', '32-bit, 64-bit'],
    ['  Address sizes:', field('address sizes')],
    ['  Byte Order:', 'Little Endian'],
    ['CPU(s):', String(cpus)],
    ['  On-line CPU(s) list:', cpus === 1 ? '0' : `0-${cpus - 1}`],
    ['Vendor ID:', field('vendor_id')],
    ['  Model name:', field('model name')],
    ['    CPU family:', field('cpu family')],
    ['    Model:', field('model')],
    ['    Thread(s) per core:', '1'],
    ['    Core(s) per socket:', String(cpus)],
    ['    Socket(s):', '1'],
    ['Virtualization features:', ''],
    ['  Hypervisor vendor:', 'KVM'],
    ['  Virtualization type:', 'full'],
  ];
  for (const [name, value] of rows) await io.out(`${name.padEnd(26)}${value}`.trimEnd().concat('\n'));
  return 0;
};

const human = (bytes: number): string => {
  const units = ['B', 'K', 'M', 'G', 'T'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number(value.toFixed(1))}${units[unit]}`;
};

/** lsblk(8). */
export const lsblk: Tool = async (io) => {
  await parseOptions(io, { short: 'afo:n' });
  const rows = [['NAME', 'MAJ:MIN', 'RM', 'SIZE', 'RO', 'TYPE', 'MOUNTPOINTS']];
  const mounts = io.sys
    .readText('/proc/self/mounts')
    .split('\n')
    .map((line) => line.split(' '));
  const lines = io.sys.readText('/proc/partitions').split('\n').slice(2);
  for (const line of lines) {
    const [major, minor, blocks, name] = line.trim().split(/\s+/);
    if (name === undefined) continue;
    const part = /\d$/.test(name);
    const places = mounts.filter(([source]) => source === `/dev/${name}`).map((mount) => mount[1]!);
    rows.push([
      `${part ? '└─' : ''}${name}`,
      `${major}:${minor}`,
      '0',
      human(Number(blocks) * 1024),
      '0',
      part ? 'part' : 'disk',
      places[0] ?? '',
    ]);
    for (const place of places.slice(1)) rows.push(['', '', '', '', '', '', place]);
  }
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const right = new Set([1, 2, 3, 4]);
  for (const row of rows) {
    const cells = row.map((cell, i) =>
      i === row.length - 1 ? cell : right.has(i) && i !== 1 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!),
    );
    await io.out(`${cells.join(' ').trimEnd()}\n`);
  }
  return 0;
};
