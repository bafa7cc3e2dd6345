// After the build: writes dist/sw.js, a service worker that keeps every file of the site, so that the page needs no network
// once it has been loaded (programs, the editor and language runtimes load later than the page).
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const worker = (version, files) => `// Keeps the site's files. Built from src/offline/integration.mjs.
const CACHE = 'drydock-${version}';
const FILES = ${JSON.stringify(files)};
const scope = new URL(self.registration.scope);
self.addEventListener('install', (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    for (let i = 0; i < FILES.length; i += 4)
      await Promise.all(FILES.slice(i, i + 4).map(async (file) => {
        const url = new URL(file, scope);
        const response = (await caches.match(url)) ?? (await fetch(url));
        if (response.ok) await cache.put(url, response);
      }));
    await self.skipWaiting();
  })());
});
self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith('drydock-') && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  })());
});
self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== scope.origin) return;
  const hashed = url.pathname.includes('/_astro/');
  const kept = async () => (await caches.match(url.pathname.endsWith('/') ? new URL('index.html', url) : url, { ignoreSearch: true })) ?? undefined;
  event.respondWith((async () => {
    if (hashed) return (await kept()) ?? fetch(event.request);
    try {
      return await fetch(event.request);
    } catch (error) {
      const response = await kept();
      if (response) return response;
      throw error;
    }
  })());
});
`;

/** What the first prompt needs, in the order in which it is needed: the files would be found out one after the other. */
const FIRST = [
  /\/start\.client\./,
  /\/worker-/,
  /\/kernel-/,
  /\/terminal\.client\.[^/]*js$/,
  /\/shell-/,
  /\/storage\./,
];

async function first(root, files) {
  const scripts = [];
  for (const file of files.filter((f) => f.endsWith('.js') && f.includes('_astro/'))) {
    const code = await readFile(join(root, file), 'utf8');
    scripts.push({ file, code });
  }
  const largest = FIRST.flatMap((test) =>
    scripts
      .filter(({ file }) => test.test(`/${file}`))
      .sort((a, b) => b.code.length - a.code.length)
      .slice(0, 1),
  );
  // The names under which the large files are imported: a line each, and each a round trip.
  const names = largest.map(({ file }) => file.split('/').at(-1));
  const doors = scripts.filter(({ code }) => code.length < 120 && names.some((name) => code.includes(`./${name}`)));
  return [...largest, ...doors].map(({ file }) => file);
}

/** Names the first prompt's files in pages with a workbench; the editor's style sheet comes with the editor, not before. */
async function hurry(root, files) {
  for (const page of files.filter((f) => f.endsWith('.html'))) {
    const path = join(root, page);
    const html = await readFile(path, 'utf8');
    if (!html.includes('id="lesson-data"')) continue;
    const base = /(?:src|href)="([^"]*?)_astro\//.exec(html)?.[1] ?? '/';
    const wanted = await first(root, files);
    const links = wanted.map((f) => `<link rel="modulepreload" href="${base}${f}">`).join('');
    await writeFile(
      path,
      html
        .replace(/<link rel="stylesheet" href="[^"]*_astro\/editor\.[^"]*">/g, '')
        .replace('<link rel="stylesheet"', `${links}<link rel="stylesheet"`),
    );
  }
}

/** Lets pages run and load only what is their own: a policy with the hashes of the scripts that stand in the page itself. */
async function guard(root, files) {
  for (const page of files.filter((f) => f.endsWith('.html'))) {
    const path = join(root, page);
    const html = await readFile(path, 'utf8');
    const hashes = [
      ...html.matchAll(/<script(?![^>]*\bsrc=)(?![^>]*application\/json)[^>]*>([\s\S]*?)<\/script>/g),
    ].map(([, text]) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
    const policy = [
      "default-src 'self'",
      `script-src 'self' 'wasm-unsafe-eval' ${[...new Set(hashes)].join(' ')}`,
      "worker-src 'self' blob:",
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "font-src 'self' data:",
    ].join('; ');
    await writeFile(
      path,
      html.replace(
        /(<meta charset="[^"]*"\s*\/?>)/,
        `$1<meta http-equiv="content-security-policy" content="${policy}">`,
      ),
    );
  }
}

/** The Astro integration. */
export const offline = () => ({
  name: 'offline',
  hooks: {
    'astro:build:done': async ({ dir }) => {
      const root = fileURLToPath(dir);
      const entries = await readdir(root, { recursive: true, withFileTypes: true });
      const files = entries
        .filter((e) => e.isFile() && e.name !== 'sw.js')
        .map((e) => relative(root, join(e.parentPath, e.name)).replaceAll('\\', '/'))
        .sort();
      await hurry(root, files);
      await guard(root, files);
      const hash = createHash('sha256');
      for (const file of files) hash.update(file).update(await readFile(join(root, file)));
      await writeFile(join(root, 'sw.js'), worker(hash.digest('hex').slice(0, 12), files));
    },
  },
});
