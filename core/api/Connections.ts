import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Keeps the connections of a server within a bound: for a new one the oldest that has no request in
 * hand is closed, so that connections which say nothing keep nobody out. With TLS a connection has a
 * second socket as soon as it is agreed on; it is the same by where it comes from.
 */
export class Connections {
  readonly #most: number;
  /** The oldest first, by where they come from. */
  readonly #idle = new Map<string, Socket>();
  readonly #busy = new Map<string, Socket>();

  constructor(server: Server, most: number) {
    this.#most = most;
    server.on('connection', (socket) => this.#opened(socket));
    server.on('request', ({ socket }, response) => {
      const from = fromOf(socket);
      this.#idle.delete(from);
      this.#busy.set(from, socket);
      response.once('close', () => {
        if (this.#busy.delete(from) && !socket.destroyed) this.#idle.set(from, socket);
      });
    });
  }

  #opened(socket: Socket): void {
    const from = fromOf(socket);
    this.#idle.set(from, socket);
    socket.once('close', () => {
      this.#idle.delete(from);
      this.#busy.delete(from);
    });
    if (this.#idle.size + this.#busy.size <= this.#most) return;
    const [oldest] = this.#idle.values();
    oldest?.destroy();
  }
}

/** While it is open no other comes from there. */
const fromOf = ({ remoteAddress = '', remotePort = 0 }: Socket): string =>
  `${remoteAddress} ${remotePort}`;
