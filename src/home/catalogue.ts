/** The simulated Docker Hub as pages list it: names, tags and sizes out of the catalogue, and what runs on the machine. */
import { nodeHost } from '../../bin/node-host.ts';
import { humanSize } from '../../simulator/client/format/units.ts';
import { createMachine } from '../../simulator/machine.ts';
import { assemble } from '../../simulator/registry/catalogue/assemble.ts';
import { CATALOGUE } from '../../simulator/registry/catalogue/index.ts';
import { IMAGE_LINES, type ImageLine } from './image-lines.ts';

export interface ListedImage {
  /** As one types it: `nginx`, `curlimages/curl`. */
  readonly name: string;
  readonly group: ImageLine['group'];
  readonly line: string;
  readonly command: string;
  /** Whether the machine can run the image's own program. */
  readonly runs: boolean;
  /** All tags, `latest` first. */
  readonly tags: readonly string[];
  /** What is pulled for the first version, as docker writes it. */
  readonly size: string;
  readonly layers: number;
}

let made: Promise<readonly ListedImage[]> | undefined;

/** Every image, by name; made once for all pages of a build. */
export const listedImages = (): Promise<readonly ListedImage[]> => (made ??= list());

async function list(): Promise<readonly ListedImage[]> {
  const images: ListedImage[] = [];
  for (const [repository, load] of Object.entries(CATALOGUE)) {
    const name = repository.replace(/^library\//, '');
    const about = IMAGE_LINES[name];
    if (!about) throw new Error(`src/home/image-lines.ts says nothing about ${name}`);
    const { versions } = await load();
    const newest = versions.find((v) => v.tags.includes('latest')) ?? versions[0]!;
    const { manifest, config, layers } = assemble(newest);
    const bytes = layers.reduce((sum, layer) => sum + layer.size, manifest.bytes.length + config.bytes.length);
    const runs = about.probe === undefined || (await succeeds(about.probe, name));
    images.push({
      name,
      group: about.group,
      line: about.line,
      command: runs ? about.command : `docker pull ${name} && docker history ${name}`,
      runs,
      tags: versions.flatMap((v) => v.tags).sort((a, b) => Number(b === 'latest') - Number(a === 'latest')),
      size: humanSize(bytes, 3),
      layers: layers.length,
    });
  }
  return images;
}

/** Whether a command line ends well on a fresh machine. */
async function succeeds(command: string, image: string): Promise<boolean> {
  const machine = await createMachine({ host: nodeHost, images: [image] });
  try {
    return (await machine.run(`timeout 5 ${command}`)).exit !== 126;
  } finally {
    machine.stop();
  }
}
