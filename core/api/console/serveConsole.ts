/**
 * Serves the console: one page for every address below /console, and its files under a folder that is
 * named by their content, which browsers keep for ever. None of it holds data, so that all of it is open
 * to everybody who reaches the hub, links from chats included; what it shows comes from the API.
 */
import express, { type Request, type Response, type Router } from 'express';
import { StockbusError } from '../../errors.ts';
import { ConsoleAssets } from './ConsoleAssets.ts';
import { consolePage, contentPolicy } from './consolePage.ts';

const YEAR_SECONDS = 31_536_000;

export function serveConsole(): Router {
  // Read when somebody looks for the first time: a hub that nobody looks at pays nothing.
  let read: { assets: ConsoleAssets; page: string } | undefined;
  const console = () => {
    if (read) return read;
    const assets = new ConsoleAssets();
    read = { assets, page: consolePage(assets.hash, assets.preloaded) };
    return read;
  };
  const router = express.Router({ caseSensitive: true });
  router.get('/{*path}', (request, response, next) => {
    const path = request.path.slice(1);
    response.setHeader('content-security-policy', contentPolicy(path));
    response.setHeader('permissions-policy', 'camera=(self), microphone=(), geolocation=()');
    const [, hash, file] = /^([0-9a-f]{16})\/(.+)$/.exec(path) ?? [];
    if (hash !== undefined) return sendAsset(console().assets, hash, file!, request, response);
    // What asks for anything but a page is mistaken, and hears so in its own terms.
    if (!request.accepts('html')) return next();
    response.setHeader('cache-control', 'no-cache');
    response.type('html').send(console().page);
  });
  return router;
}

function sendAsset(
  assets: ConsoleAssets,
  hash: string,
  path: string,
  request: Request,
  response: Response,
): void {
  const asset = assets.hash === hash ? assets.get(path) : undefined;
  if (!asset) throw new StockbusError('HTTP_NOT_FOUND', 'the console has no such file any more');
  response.setHeader('cache-control', `public, max-age=${YEAR_SECONDS}, immutable`);
  response.setHeader('content-type', asset.type);
  response.vary('Accept-Encoding');
  const packed = request.acceptsEncodings('gzip') === 'gzip';
  if (packed) response.setHeader('content-encoding', 'gzip');
  response.end(packed ? asset.packed : asset.bytes);
}
