import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
/** Where `npm run serve` listens while the client is developed with `npx vite`. */
const server = 'http://127.0.0.1:8080';

/**
 * Lets the browser fetch what the map starts with while it still reads the page: otherwise each waits for the code that
 * asks for it, one after the other.
 */
const earlyMap: Plugin = {
  name: 'early-map',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler(_html, { bundle }) {
      const map = Object.values(bundle ?? {}).find((c) => c.type === 'chunk' && c.name === 'city-map');
      const code = map?.type === 'chunk' ? [map.fileName, ...map.imports] : [];
      const head = 'head' as const;
      return [
        ...code.map((file) => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file}` },
          injectTo: head,
        })),
        ...['/api/v1/client-config', '/api/v1/city/network'].map((href) => ({
          tag: 'link',
          attrs: { rel: 'preload', as: 'fetch', crossorigin: 'anonymous', href },
          injectTo: head,
        })),
      ];
    },
  },
};

export default defineConfig({
  root: here('./client'),
  plugins: [react(), earlyMap],
  build: {
    outDir: here('./dist/client'),
    emptyOutDir: true,
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
