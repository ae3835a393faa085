import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Keeps the connections of a server within a bound: for a new one the oldest that has no request in
 * hand is closed, so that connections which say nothing keep nobody out.
 */
export class Connections {
  readonly #most: number;
  /** The oldest first. */
  readonly #idle = new Set<Socket>();
  readonly #busy = new Set<Socket>();

  constructor(server: Server, most: number) {
    this.#most = most;
    server.on('connection', (socket) => this.#opened(socket));
    server.on('request', ({ socket }, response) => {
      this.#idle.delete(socket);
      this.#busy.add(socket);
      response.once('close', () => {
        if (this.#busy.delete(socket) && !socket.destroyed) this.#idle.add(socket);
      });
    });
  }

  #opened(socket: Socket): void {
    this.#idle.add(socket);
    socket.once('close', () => {
      this.#idle.delete(socket);
      this.#busy.delete(socket);
    });
    if (this.#idle.size + this.#busy.size <= this.#most) return;
    const [oldest] = this.#idle;
    oldest?.destroy();
  }
}
