/** A subscriber in this process, as a webshop would write it: it checks every signature. */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Time } from '../../runtime.ts';
import { tupleKey } from '../../tupleKey.ts';

export interface StockMessage {
  sku: string;
  location: string;
  available: string;
  version: number | string;
}

/** Largest body that is read; the hub's batches are far smaller. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

export class WebhookReceiver {
  /** `whsec_<base64>`, as the Standard Webhooks specification writes secrets. */
  readonly secret: string;
  readonly #key = randomBytes(24);
  readonly #server: Server;
  readonly #ids = new Set<string>();
  /** Highest version that was told, by SKU and location. */
  readonly #versions = new Map<string, number>();
  readonly #time: Time;
  readonly #received: (changes: number) => void;
  #told: () => void = () => undefined;
  calls = 0;
  changes = 0;
  refused = 0;

  constructor(time: Time, received: (changes: number) => void) {
    this.#time = time;
    this.#received = received;
    this.secret = `whsec_${this.#key.toString('base64')}`;
    this.#server = createServer((request, response) => {
      this.#take(request).then(
        (status) => response.writeHead(status).end(),
        () => response.destroy(),
      );
    });
  }

  /** The address to call. */
  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/stock`;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  version(sku: string, location: string): number {
    return this.#versions.get(tupleKey(sku, location)) ?? 0;
  }

  /** Resolves true as soon as `condition` holds, looking after every call; false after the time. */
  async until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
    if (condition()) return true;
    return new Promise((resolve) => {
      const timer = this.#time.after(timeoutMs, () => resolve(condition()));
      this.#told = () => {
        if (!condition()) return;
        timer.stop();
        resolve(true);
      };
    });
  }

  async #take(request: IncomingMessage): Promise<number> {
    const body = await bodyOf(request);
    const id = String(request.headers['webhook-id']);
    if (!this.#isSigned(request, id, body)) {
      this.refused += 1;
      this.#told();
      return 401;
    }
    // The hub delivers at least once; the id is the same at every attempt.
    if (this.#ids.has(id)) return 204;
    this.#ids.add(id);
    const messages = JSON.parse(body.toString('utf8')) as StockMessage[];
    this.calls += 1;
    this.changes += messages.length;
    for (const { sku, location, version } of messages) {
      const key = tupleKey(sku, location);
      this.#versions.set(key, Math.max(this.#versions.get(key) ?? 0, parseInt(`${version}`, 10)));
    }
    this.#received(messages.length);
    this.#told();
    return 204;
  }

  #isSigned({ headers }: IncomingMessage, id: string, body: Buffer): boolean {
    const signed = `${id}.${String(headers['webhook-timestamp'])}.`;
    const mac = createHmac('sha256', this.#key).update(signed).update(body).digest();
    return String(headers['webhook-signature'])
      .split(' ')
      .map((signature) => Buffer.from(signature.replace(/^v1,/, ''), 'base64'))
      .some((given) => given.length === mac.length && timingSafeEqual(given, mac));
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
