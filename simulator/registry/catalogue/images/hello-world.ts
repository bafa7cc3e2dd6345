/** `hello-world`: one program and nothing else. */
import { catalogueLayer, copy, meta, PATH, seconds, type CatalogueImage } from '../image.ts';
import { LayerDraft } from '../draft.ts';

const created = '2026-08-08T19:05:17Z';
const hello = catalogueLayer('hello-world', () =>
  new LayerDraft(seconds(created)).program('/hello', 'hello-world', 684_032).freeze(),
);

export const image: CatalogueImage = {
  repository: 'library/hello-world',
  description: 'Hello World! (an example of minimal Dockerization)',
  stars: 2480,
  versions: [
    {
      tags: ['latest', 'linux'],
      created,
      config: { Env: [PATH], Cmd: ['/hello'], WorkingDir: '/' },
      steps: [copy('hello / ', hello), meta('CMD ["/hello"]')],
    },
  ],
};
