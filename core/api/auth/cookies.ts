/** Cookies of the console: none can be read by a script, sent by a page of another site, or set by another host. */
import type { Request, Response } from 'express';

/** Behind TLS a browser takes it only from this very host, and never over plain HTTP. */
const nameOf = (name: string, { secure }: Request): string => (secure ? `__Host-${name}` : name);

/** The first of that name, as browsers send them. */
export function cookieOf(request: Request, name: string): string | undefined {
  const wanted = nameOf(name, request);
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === wanted && value !== undefined && /^[\w.~-]+$/.test(value)) return value;
  }
  return undefined;
}

/** Without a value it is gone. */
export function setCookie(
  request: Request,
  response: Response,
  name: string,
  value: string | undefined,
  maxAgeMs = 0,
): void {
  const parts = [
    `${nameOf(name, request)}=${value ?? ''}`,
    ...['Path=/', 'HttpOnly', 'SameSite=Lax'],
    ...(request.secure ? ['Secure'] : []),
    ...(value === undefined ? ['Max-Age=0'] : maxAgeMs > 0 ? [`Max-Age=${maxAgeMs / 1_000}`] : []),
  ];
  response.append('set-cookie', parts.join('; '));
}
