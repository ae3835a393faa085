/** Stands between a client and a server of this machine: counts, cuts, and falls silent. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

interface Pair {
  near: Socket;
  far: Socket;
}

export class TcpProxy {
  /** Connections that came, and bytes that clients sent. */
  connections = 0;
  sentBytes = 0;
  /** Each connection is cut once it has given so many bytes to its client. */
  cutAfterBytes = Infinity;
  /** What comes from the server comes so much later. */
  delayMs = 0;
  /** Nothing more comes from the server, though the connection stays. */
  isSilent = false;
  /** What comes from the server has other bytes. */
  garbles = false;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();

  private constructor(to: number) {
    // What comes goes on at once: where a small packet waits for the one before it to be acknowledged, answers come 40 ms late.
    const noDelay = true;
    this.#server = createServer({ noDelay }, (near) =>
      this.#join(near, connect({ port: to, host: '127.0.0.1', noDelay })),
    );
  }

  static async start(to: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(to);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  #join(near: Socket, far: Socket): void {
    this.connections += 1;
    const pair = { near, far };
    this.#pairs.add(pair);
    let givenBytes = 0;
    near.on('data', (data: Buffer) => {
      this.sentBytes += data.length;
      far.write(data);
    });
    const give = (data: Buffer): void => {
      givenBytes += data.length;
      if (givenBytes > this.cutAfterBytes) this.#cut(pair);
      else if (!near.write(this.garbles ? data.map((byte) => byte ^ 0x55) : data)) {
        far.pause();
        near.once('drain', () => far.resume());
      }
    };
    far.on('data', (data: Buffer) => {
      if (this.isSilent) return;
      if (this.delayMs === 0) give(data);
      else setTimeout(give, this.delayMs, data);
    });
    for (const socket of [near, far]) {
      socket.on('error', () => this.#cut(pair));
      socket.on('close', () => this.#cut(pair));
    }
  }

  #cut(pair: Pair): void {
    this.#pairs.delete(pair);
    pair.near.destroy();
    pair.far.destroy();
  }

  /** Cuts what is open. */
  cutAll(): void {
    for (const pair of this.#pairs) this.#cut(pair);
  }

  /** Ends the server's direction of what is open; the other stays. */
  halfCloseAll(): void {
    for (const { near } of this.#pairs) near.end();
  }

  async stop(): Promise<void> {
    this.cutAll();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }
}
