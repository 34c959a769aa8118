import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
/** Where `npm run serve` listens while the client is developed with `npx vite`. */
const server = 'http://127.0.0.1:8080';

/**
 * Lets the browser fetch the map's code while it still reads the page: otherwise it waits for the code that asks for it.
 * The pages of departments have no map.
 */
const earlyMap: Plugin = {
  name: 'early-map',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler(_html, { bundle, path }) {
      if (path !== '/index.html') return [];
      const map = Object.values(bundle ?? {}).find((c) => c.type === 'chunk' && c.name === 'city-map');
      const code = map?.type === 'chunk' ? [map.fileName, ...map.imports] : [];
      const head = 'head' as const;
      return code.map((file) => ({
        tag: 'link',
        attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file}` },
        injectTo: head,
      }));
    },
  },
};

/** While the client is developed: the page of a department by its address, as the server gives it. */
const departmentPages: Plugin = {
  name: 'department-pages',
  configureServer(dev) {
    dev.middlewares.use((req, _res, next) => {
      if (/^\/dept\/[\w-]*(?:\?|$)/.test(req.url ?? '')) req.url = '/dept.html';
      next();
    });
  },
};

export default defineConfig({
  root: here('./client'),
  plugins: [react(), earlyMap, departmentPages],
  build: {
    outDir: here('./dist/client'),
    emptyOutDir: true,
    rolldownOptions: { input: [here('./client/index.html'), here('./client/dept.html')] },
    target: 'es2022',
    // MapLibre's worker must stay a file of its own: a data: URL is refused by the content security policy.
    assetsInlineLimit: 0,
    // deck.gl and maplibre-gl are large and needed at once; they are already apart from the panels.
    chunkSizeWarningLimit: 2_000,
  },
  worker: { format: 'es' },
  server: {
    proxy: {
      '/api': server,
      '/tiles': server,
      '/socket.io': { target: server, ws: true },
    },
  },
  test: {
    root: here('.'),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['tests/**/*.test.{ts,tsx}'],
          exclude: ['tests/browser/**', 'tests/faults/**', 'tests/protocol/**'],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'protocol',
          include: ['tests/protocol/**/*.test.ts', 'tests/faults/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          // One browser at a time: software rendering takes a whole core.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
