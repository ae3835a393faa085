import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { StockbusError } from '../errors.ts';

/** Certificate, with those between it and the root, and its private key, in PEM. */
export interface TlsPair {
  cert: Buffer;
  key: Buffer;
}

/** Reads them, whenever they are to be taken anew. */
export type ReadTls = () => Promise<TlsPair>;

/** With TLS it has no certificate yet: `giveCertificate` goes before it listens. */
export const serverOf = (
  options: ServerOptions,
  app: RequestListener,
  tls: ReadTls | undefined,
): Server =>
  tls ? createTlsServer({ ...options, minVersion: 'TLSv1.2' }, app) : createServer(options, app);

/** From now on for new connections; those that are open stay. Throws TLS_UNUSABLE, and then nothing is changed. */
export async function giveCertificate(server: Server, tls: ReadTls): Promise<void> {
  try {
    (server as TlsServer).setSecureContext({ ...(await tls()), minVersion: 'TLSv1.2' });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StockbusError(
      'TLS_UNUSABLE',
      `certificate and key cannot be used: ${why}`,
      undefined,
      {
        cause,
      },
    );
  }
}
