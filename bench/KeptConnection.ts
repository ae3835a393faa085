import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  status: number;
  head: string;
  body: string;
}

/** One connection that is kept alive, of a client that costs far less than the server does: one request at a time. */
export class KeptConnection {
  readonly #socket: Socket;
  #had = '';
  #waiting: { resolve: (answer: RawAnswer) => void; reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    // Answers are ASCII: a character is a byte.
    socket.setNoDelay(true).setEncoding('latin1');
    socket.on('data', (text: string) => this.#take(text));
    socket.once('close', () => this.#waiting?.reject(new Error('the connection was closed')));
    socket.once('error', (error) => this.#waiting?.reject(error));
  }

  static async to(port: number): Promise<KeptConnection> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new KeptConnection(socket);
  }

  /** The whole request, as it goes over the wire. */
  send(text: string): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(text);
    });
  }

  end(): void {
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#had += text;
    const end = this.#had.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.#had.slice(0, end);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    const isChunked = length === undefined && CHUNKED.test(head);
    const whole = isChunked ? this.#had.length : end + 4 + Number(length ?? 0);
    if (isChunked ? !this.#had.endsWith('0\r\n\r\n') : this.#had.length < whole) return;
    const body = this.#had.slice(end + 4, whole);
    const waiting = this.#waiting;
    this.#had = '';
    this.#waiting = undefined;
    waiting?.resolve({ status: Number(head.slice(9, 12)), head, body });
  }
}

const CHUNKED = /\r\ntransfer-encoding: chunked/i;
