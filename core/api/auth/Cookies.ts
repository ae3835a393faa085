/** Cookies of the console: none can be read by a script, sent by a page of another site, or set by another host. */
import type { Request, Response } from 'express';

export class Cookies {
  readonly #isHttps: boolean;

  /** `origin`: where browsers find the hub; with https every cookie is Secure, whatever a proxy says of a request. */
  constructor(origin?: string) {
    this.#isHttps = origin !== undefined && /^https:/i.test(origin);
  }

  /** The first of that name, as browsers send them. */
  read(request: Request, name: string): string | undefined {
    const wanted = this.#nameOf(request, name);
    for (const pair of (request.headers.cookie ?? '').split(';')) {
      const [key, value] = pair.trim().split('=', 2);
      if (key === wanted && value !== undefined && /^[\w.~-]+$/.test(value)) return value;
    }
    return undefined;
  }

  /** Without a value it is gone. */
  set(
    request: Request,
    response: Response,
    name: string,
    value: string | undefined,
    maxAgeMs = 0,
  ): void {
    const isGone = value === undefined;
    const parts = [
      `${this.#nameOf(request, name)}=${value ?? ''}`,
      ...['Path=/', 'HttpOnly', 'SameSite=Lax'],
      ...(this.#isSecure(request) ? ['Secure'] : []),
      ...(isGone ? ['Max-Age=0'] : maxAgeMs > 0 ? [`Max-Age=${maxAgeMs / 1_000}`] : []),
    ];
    response.append('set-cookie', parts.join('; '));
  }

  /** Behind TLS a browser takes it only from this very host, and never over plain HTTP. */
  #nameOf(request: Request, name: string): string {
    return this.#isSecure(request) ? `__Host-${name}` : name;
  }

  #isSecure({ secure }: Request): boolean {
    return secure || this.#isHttps;
  }
}
