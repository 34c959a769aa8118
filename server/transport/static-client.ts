/**
 * The screens' files. Names with a hash never change and are kept by browsers for ever; the page itself is asked for
 * again each time. Files are read at the start and packed once, so that many screens cost little.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import type { RequestHandler } from 'express';
import { LastingBody } from './http-answers.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
  '.pbf': 'application/x-protobuf',
};
const HASHED = /-[\w-]{8}\.\w+$/;

function readAll(dir: string): Map<string, LastingBody> {
  const files = new Map<string, LastingBody>();
  const walk = (folder: string): void => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) walk(path);
      else {
        const type = types[extname(name).toLowerCase()] ?? 'application/octet-stream';
        files.set('/' + relative(dir, path).split(sep).join('/'), new LastingBody(readFileSync(path), type));
      }
    }
  };
  walk(dir);
  return files;
}

/**
 * Serves a built client, and its page for every path that a person may have in the address bar: the departments' one for
 * theirs.
 */
export function staticClient(dir: string): RequestHandler {
  const files = readAll(dir);
  return (req, res, next) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') return next();
    const asked = files.get(req.path);
    if (asked !== undefined && req.path !== '/index.html') {
      const cache = HASHED.test(req.path) ? 'public, max-age=31536000, immutable' : 'no-cache';
      return asked.send(req, res, cache);
    }
    const page = files.get(/^\/dept(?:\/|$)/.test(req.path) ? '/dept.html' : '/index.html');
    // A file that is not there is not a page: a wrong script must fail as one.
    if (page === undefined || (extname(req.path) !== '' && req.path !== '/index.html')) return next();
    return page.send(req, res);
  };
}
