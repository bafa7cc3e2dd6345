/** What `multipass list`, `info` and `find` print. */
import type { ImageInfo, InstanceInfo } from './protocol.ts';
import { humanSize } from './sizes.ts';

const byName = (a: InstanceInfo, b: InstanceInfo): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

export function formatList(instances: readonly InstanceInfo[], format: string): string {
  const all = [...instances].sort(byName);
  const addresses = ({ address }: InstanceInfo): string[] => (address === '' ? [] : [address]);
  if (format === 'json') {
    const list = all.map((one) => ({ ipv4: addresses(one), name: one.name, release: one.image, state: one.state }));
    return `${JSON.stringify({ list }, undefined, 4)}\n`;
  }
  if (format === 'csv') {
    const rows = all.map(({ name, state, address, image }) => `${name},${state},${address},${image},`);
    return `Name,State,IPv4,Release,AllIPv4\n${rows.map((row) => `${row}\n`).join('')}`;
  }
  if (format === 'yaml') {
    return all
      .map(
        (one) =>
          `${one.name}:\n  - state: ${one.state}\n    ipv4:\n${addresses(one)
            .map((address) => `      - ${address}\n`)
            .join('')}    release: ${one.image}\n`,
      )
      .join('');
  }
  if (all.length === 0) return 'No instances found.\n';
  const width = Math.max(24, ...all.map(({ name }) => name.length + 2));
  const row = (name: string, state: string, address: string, image: string): string =>
    `${name.padEnd(width)}${state.padEnd(18)}${address.padEnd(17)}${image}\n`;
  return (
    row('Name', 'State', 'IPv4', 'Image') +
    all.map(({ name, state, address, image }) => row(name, state, address || '--', image)).join('')
  );
}

export function formatInfo(instances: readonly InstanceInfo[], format: string): string {
  const all = [...instances].sort(byName);
  if (format === 'json') {
    const info = Object.fromEntries(
      all.map((one) => [
        one.name,
        {
          cpu_count: one.disk ? String(one.cpus) : '',
          disks: { sda1: one.disk ? { total: String(one.disk[1]), used: String(one.disk[0]) } : {} },
          image_hash: one.hash,
          image_release: one.image,
          ipv4: one.address === '' ? [] : [one.address],
          load: one.load === '' ? [] : one.load.split(' ').map(Number),
          memory: one.memory ? { total: one.memory[1], used: one.memory[0] } : {},
          mounts: {},
          release: one.release,
          snapshot_count: '0',
          state: one.state,
        },
      ]),
    );
    return `${JSON.stringify({ errors: [], info }, undefined, 4)}\n`;
  }
  if (format !== 'table') return formatList(instances, format);
  if (all.length === 0) return 'No instances found.\n';
  const of = (pair: readonly [number, number] | undefined): string =>
    pair ? `${humanSize(pair[0])} out of ${humanSize(pair[1])}` : '--';
  return all
    .map((one) =>
      [
        ['Name', one.name],
        ['State', one.state],
        ['Snapshots', '0'],
        ['IPv4', one.address || '--'],
        ['Release', one.release || '--'],
        ['Image hash', `${one.hash} (${one.image})`],
        ['CPU(s)', one.disk ? String(one.cpus) : '--'],
        ['Load', one.load || '--'],
        ['Disk usage', of(one.disk)],
        ['Memory usage', of(one.memory)],
        ['Mounts', '--'],
      ]
        .map(([label, value]) => `${`${label}:`.padEnd(16)}${value}\n`)
        .join(''),
    )
    .join('\n');
}

export function formatImages(images: readonly ImageInfo[]): string {
  const row = (name: string, aliases: string, version: string, description: string): string =>
    `${name.padEnd(28)}${aliases.padEnd(18)}${version.padEnd(17)}${description}\n`;
  const list = (blueprint: boolean): string =>
    images
      .filter((image) => image.blueprint === blueprint)
      .map(({ names: [name = '', ...aliases], version, description }) =>
        row(name, aliases.join(','), version, description),
      )
      .join('');
  return `${row('Image', 'Aliases', 'Version', 'Description')}${list(false)}\n${row('Blueprint', 'Aliases', 'Version', 'Description')}${list(true)}\n`;
}
