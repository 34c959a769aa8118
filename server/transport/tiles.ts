/** The base map's vector tiles, made from the city pack: `/tiles/{z}/{x}/{y}.pbf` and their TileJSON. */
import { Router } from 'express';
import { LRUCache } from 'lru-cache';
import { LastingBody, lastingJson, sendRefusal } from './http-answers.ts';

/** What draws the tiles. */
export interface TileSource {
  tile(z: number, x: number, y: number): Uint8Array | null;
  tileJson(baseUrl: string): unknown;
}

const MAX_ZOOM = 22;
/** Tiles are kept packed, too: a wall of screens asks for the same ones. */
const CACHE_BYTES = 64 * 1_048_576;

export function tilesRouter(source: TileSource | null): Router {
  const router = Router();
  const cache = new LRUCache<string, LastingBody>({
    maxSize: CACHE_BYTES,
    sizeCalculation: (body) => 2 * body.body.length + 200,
  });
  router.get('/tiles.json', (req, res) => {
    if (source === null) return sendRefusal(res, { code: 'not-found' });
    return lastingJson(source.tileJson(`${req.protocol}://${req.headers.host ?? 'localhost'}`)).send(
      req,
      res,
    );
  });
  router.get('/:z/:x/:y.pbf', (req, res) => {
    const numbers = [req.params.z, req.params.x, req.params.y].map((s) =>
      /^\d{1,8}$/.test(s) ? Number(s) : -1,
    );
    const [z, x, y] = numbers as [number, number, number];
    if (source === null || z < 0 || z > MAX_ZOOM || x < 0 || y < 0 || x >= 2 ** z || y >= 2 ** z) {
      return sendRefusal(res, { code: 'not-found' });
    }
    const key = `${z}/${x}/${y}`;
    let body = cache.get(key);
    if (body === undefined) {
      body = new LastingBody(Buffer.from(source.tile(z, x, y) ?? []), 'application/x-protobuf');
      cache.set(key, body);
    }
    if (body.body.length === 0) {
      res.setHeader('Cache-Control', 'no-cache');
      return res.status(204).end();
    }
    return body.send(req, res, 'public, max-age=300');
  });
  return router;
}
