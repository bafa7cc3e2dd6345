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

/** What the machine needs up to its first prompt, in two files instead of thirty: each would cost a round trip. */
const FIRST_PROMPT = [
  {
    name: 'kernel',
    test: /simulator\/(kernel(?!\/proc\/(trees|procfs|process-files|net-files|cgroupfs|kernel-parameters))|host\/(machine|boot|root|files|learner-files|programs|daemon))/,
    minSize: 0,
  },
  {
    name: 'shell',
    test: /simulator\/programs\/shell\/(main|shell|builtins|execute|variables|redirect|jobs|external|messages|assign|start|specials|parser|lexer|ast|expand|parameter|pattern|bytes|errors|interactive|history|prompt|editor)\.ts$/,
    minSize: 0,
  },
];

export default defineConfig({
  // Any static host, any path: DRYDOCK_BASE=/learn/ npm run build
  base: process.env.DRYDOCK_BASE ?? '/',
  site: process.env.DRYDOCK_SITE ?? 'https://drydock.example',
  trailingSlash: 'ignore',
  integrations: [mdx(), svelte(), offline()],
  // Code in prose is ink like everything else; colour belongs to the machine.
  markdown: { syntaxHighlight: false },
  devToolbar: { enabled: false },
  vite: {
    plugins: [keepLazyCss()],
    worker: { format: 'es', rolldownOptions: { output: { codeSplitting: { groups: FIRST_PROMPT } } } },
    build: { target: 'es2022', chunkSizeWarningLimit: 4000, assetsInlineLimit: 2048 },
  },
});
