/** Who may call: whoever has the token, or, without one, programs on this machine only. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, Response } from 'express';
import { StockbusError } from '../errors.ts';

/** True for addresses that no other machine can reach. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return name === 'localhost' || name === '::1' || /^127(?:\.\d{1,3}){3}$/.test(name);
}

/** Throws CONFIG_UNSAFE_LISTEN when anybody in the network could call without a token. */
export function assertSafeListen(host: string, token: string | undefined): void {
  if (token !== undefined && token !== '') return;
  if (isLoopback(host)) return;
  const message = `'${host}' can be reached by other machines, and no API token is set`;
  throw new StockbusError('CONFIG_UNSAFE_LISTEN', message);
}

/** Checks one request; throws HTTP_UNAUTHORIZED or HTTP_FORBIDDEN. */
export type Guard = (request: Request, response: Response) => void;

export const guardFor = (token: string | undefined): Guard =>
  token ? bearerGuard(token) : loopbackGuard;

/** True when the request shows the token, or none is needed. For what is shown to some only. */
export function isTrusted(guard: Guard, request: Request, response: Response): boolean {
  try {
    guard(request, response);
    return true;
  } catch (error) {
    if (error instanceof StockbusError) return false;
    throw error;
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function bearerGuard(token: string): Guard {
  const expected = digest(token);
  return (request, response) => {
    const given = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    // Digests have one length, so that the comparison tells nothing about the token's.
    if (given !== undefined && timingSafeEqual(digest(given), expected)) return;
    response.setHeader('www-authenticate', 'Bearer');
    const problem = given === undefined ? 'the request has no token' : 'the token is wrong';
    throw new StockbusError('HTTP_UNAUTHORIZED', problem);
  };
}

/**
 * A web page in a browser on this machine can reach loopback too: directly, or under a host name of
 * its own that it has pointed at 127.0.0.1. Both show in headers that no page can forge.
 */
const loopbackGuard: Guard = ({ headers }) => {
  if (!isLoopbackUrl(`http://${headers.host ?? ''}`)) {
    throw new StockbusError('HTTP_FORBIDDEN', 'the Host header names another host than localhost');
  }
  if (headers.origin !== undefined && !isLoopbackUrl(headers.origin)) {
    throw new StockbusError('HTTP_FORBIDDEN', 'the request comes from a page of another site');
  }
  if (headers['sec-fetch-site'] === 'cross-site') {
    throw new StockbusError('HTTP_FORBIDDEN', 'the request comes from a page of another site');
  }
};

const isLoopbackUrl = (text: string): boolean =>
  URL.canParse(text) && isLoopback(new URL(text).hostname);
