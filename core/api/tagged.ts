/** Strong entity tags: of what a route says by a version of its own, or of the bytes of the answer. */
import { hash } from 'node:crypto';
import type { Request, Response } from 'express';
import { VERSION_HEADER } from './writes/expectedBy.ts';

const TAG_CHARACTERS = 27;

/**
 * What is read bears a tag, and is not sent again to whoever names it in If-None-Match: 304. Only the caller keeps it, and
 * asks each time: what stock there is is nobody's to serve but the hub's.
 */
export function tagged(request: Request, response: Response): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') return;
  const send = response.send.bind(response);
  response.send = (body?: unknown): Response => {
    const isText = typeof body === 'string' || Buffer.isBuffer(body);
    if (!isText || response.statusCode !== 200) return send(body);
    if (!response.hasHeader('etag'))
      response.setHeader('etag', tagOf(body, response.getHeader(VERSION_HEADER)));
    if (!response.hasHeader('cache-control')) {
      response.setHeader('cache-control', 'private, no-cache');
    }
    response.locals.keep?.(body);
    // Not by express, which heeds a `Cache-Control: no-cache` that fetch sends with each tag.
    if (!isKnown(request.headers['if-none-match'], String(response.getHeader('etag')))) {
      return send(body);
    }
    response.status(304).end();
    return response;
  };
}

export const isKnown = (named = '', tag: string): boolean =>
  named.split(',').some((one) => ['*', tag].includes(one.trim().replace(/^W\//, '')));

/** With the version of what it is of in front, where that has one. */
function tagOf(body: string | Buffer, version: unknown): string {
  const front = typeof version === 'string' ? `${version}-` : '';
  return `"${front}${hash('sha256', body, 'base64url').slice(0, TAG_CHARACTERS)}"`;
}
