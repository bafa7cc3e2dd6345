import { defineConfig } from 'astro/config';
import mdx from '@astrojs/mdx';
import svelte from '@astrojs/svelte';
import { offline } from './src/offline/integration.mjs';

/**
 * Astro 7.3 deletes CSS that is reached only through a client-side dynamic import() (it takes it for orphaned), which
 * breaks the terminal and the editor in the built site. This keeps it.
 */
const keepLazyCss = () => ({
  name: 'keep-lazy-css',
  applyToEnvironment: (environment) => environment.name === 'client',
  generateBundle: {
    order: 'pre',
    handler(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk' || !chunk.isDynamicEntry) continue;
        for (const css of chunk.viteMetadata?.importedCss ?? []) chunk.viteMetadata.importedAssets.add(css);
      }
    },
  },
});

export default defineConfig({
  // Any static host, any path: DRYDOCK_BASE=/learn/ npm run build
  base: process.env.DRYDOCK_BASE ?? '/',
  site: process.env.DRYDOCK_SITE ?? 'https://drydock.example',
  trailingSlash: 'ignore',
  integrations: [mdx(), svelte(), offline()],
  devToolbar: { enabled: false },
  vite: {
    plugins: [keepLazyCss()],
    worker: { format: 'es' },
    build: { target: 'es2022', chunkSizeWarningLimit: 4000, assetsInlineLimit: 2048 },
  },
});
