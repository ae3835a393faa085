/** moto (PyPI, as `.ci/install-servers` installs it): an S3 server for tests that keeps all in memory, and the hand of somebody else in it. */
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Config } from '../connectors/s3/S3Bucket.ts';
import { answering, launch, type RunningServer, started } from '../scripts/serverProcess.ts';
import { freePort, stopServer } from '../scripts/servers.ts';

export interface MotoKeys {
  accessKey: string;
  secretKey: string;
}

/** What moto takes while it asks for no signature. */
export const anyKeys: MotoKeys = { accessKey: 'AKIATEST', secretKey: 'not-a-secret' };

function findMoto(): string {
  const servers = process.env.STOCKBUS_SERVERS ?? '/opt/stockbus-servers';
  const file = join(servers, 'moto', 'bin', 'moto_server');
  if (existsSync(file)) return file;
  throw new Error(`moto is not installed (${file}); run: bash .ci/install-servers`);
}

export class Moto {
  readonly address: string;
  readonly #server: RunningServer;

  private constructor(server: RunningServer) {
    this.#server = server;
    this.address = server.address;
  }

  static async start(env: Record<string, string> = {}): Promise<Moto> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'stockbus-moto-'));
    const flags = ['-H', '127.0.0.1', '-p', String(port)];
    const child = launch(findMoto(), flags, env, join(folder, 'moto.log'));
    const address = `http://127.0.0.1:${port}`;
    const server = { name: 'moto', address, processes: started(child), folder };
    await answering('moto', port, child, folder).catch(async (error: unknown) => {
      await stopServer(server);
      throw error;
    });
    return new Moto(server);
  }

  stop(): Promise<void> {
    return stopServer(this.#server);
  }

  config(bucket: string, keys = anyKeys, endpoint = this.address): S3Config {
    const rest = { region: 'us-east-1', pathStyle: undefined, sessionToken: undefined };
    return { bucket, endpoint, ...keys, ...rest };
  }

  /** A new bucket. */
  async bucket(name: string): Promise<MotoBucket> {
    const bucket = new MotoBucket(this, name);
    await bucket.ask('PUT', '');
    return bucket;
  }
}

/** What others do in a bucket: moto asks them for no signature. */
export class MotoBucket {
  readonly name: string;
  readonly #moto: Moto;

  constructor(moto: Moto, name: string) {
    this.#moto = moto;
    this.name = name;
  }

  config(endpoint?: string): S3Config {
    return this.#moto.config(this.name, anyKeys, endpoint);
  }

  async put(key: string, body: string | Uint8Array): Promise<void> {
    await this.ask('PUT', key, body);
  }

  async text(key: string): Promise<string | undefined> {
    const answer = await this.#fetched('GET', key);
    const text = await answer.text();
    return answer.status === 404 ? undefined : text;
  }

  async remove(key: string): Promise<void> {
    await this.ask('DELETE', key);
  }

  /** All keys under a prefix, in their order. */
  async keys(prefix = ''): Promise<string[]> {
    const keys: string[] = [];
    for (let after = ''; ; after = keys.at(-1)!) {
      const from = `start-after=${encodeURIComponent(after)}`;
      const query = `?list-type=2&encoding-type=url&prefix=${encodeURIComponent(prefix)}&${from}`;
      const page = await (await this.ask('GET', query)).text();
      const found = [...page.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) =>
        decodeURIComponent(key!),
      );
      keys.push(...found);
      if (!page.includes('<IsTruncated>true')) return keys;
    }
  }

  async ask(method: string, key: string, body?: string | Uint8Array): Promise<Response> {
    const answer = await this.#fetched(method, key, body);
    if (!answer.ok) throw new Error(`${method} ${key}: ${answer.status} ${await answer.text()}`);
    return answer;
  }

  #fetched(method: string, key: string, body?: string | Uint8Array): Promise<Response> {
    const path = key.startsWith('?') ? key : key.split('/').map(encodeURIComponent).join('/');
    const url = `${this.#moto.address}/${this.name}/${path}`;
    // moto looks at the name of the key alone.
    const authorization = `AWS4-HMAC-SHA256 Credential=${anyKeys.accessKey}/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`;
    const sent = body === undefined ? {} : { body: body as string };
    return fetch(url, { method, headers: { authorization }, ...sent });
  }
}
