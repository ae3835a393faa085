/** A proxy in front of a server: a test cuts its connections, or lets it answer as a broken one would. */
import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface PlannedAnswer {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

/** What becomes of a request: cut at once, or answered so; `cutAfterBytes` of the true answer; silence; or the true answer in pieces. */
export type ProxyAnswer =
  | 'cut'
  | 'silence'
  | PlannedAnswer
  | { cutAfterBytes: number }
  | { pieceBytes: number; everyMs: number };

export interface Asked {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
}

export class CutProxy {
  readonly address: string;
  /** Of each request from now on; undefined: what the server says. */
  answer: ProxyAnswer | ((asked: Asked) => ProxyAnswer | undefined) | undefined;
  /** Requests so far. */
  readonly asked: Asked[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
    this.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(target: string): Promise<CutProxy> {
    let proxy: CutProxy | undefined;
    const server = createServer((asked, answer) => proxy!.#pass(target, asked, answer));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    proxy = new CutProxy(server);
    return proxy;
  }

  /** Ends all connections in the middle of what they carry, as the death of a server does. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    this.cutAll();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pass(target: string, asked: IncomingMessage, answer: ServerResponse): void {
    const { method = '', url = '', headers } = asked;
    this.asked.push({ method, url, headers });
    const planned =
      typeof this.answer === 'function' ? this.answer({ method, url, headers }) : this.answer;
    asked.on('error', () => undefined);
    if (planned === 'cut') {
      asked.socket.resetAndDestroy();
      return;
    }
    if (planned === 'silence') {
      asked.resume();
      return;
    }
    if (planned && 'status' in planned) {
      asked.resume();
      answer.writeHead(planned.status, planned.headers).end(planned.body);
      return;
    }
    const onward = request(target + url, { method, headers }, (given) => {
      given.on('error', () => answer.destroy());
      answer.writeHead(given.statusCode!, given.headers);
      if (planned && 'cutAfterBytes' in planned) cutAfter(given, answer, planned.cutAfterBytes);
      else if (planned) void inPieces(given, answer, planned);
      else given.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    asked.pipe(onward);
  }
}

function cutAfter(given: IncomingMessage, answer: ServerResponse, bytes: number): void {
  let left = bytes;
  given.on('data', (chunk: Buffer) => {
    if (left <= 0) return;
    const some = chunk.subarray(0, left);
    left -= some.byteLength;
    answer.write(some, () => {
      if (left <= 0) answer.socket?.destroy();
    });
  });
  given.on('end', () => {
    if (left > 0) answer.end();
  });
}

async function inPieces(
  given: IncomingMessage,
  answer: ServerResponse,
  { pieceBytes, everyMs }: { pieceBytes: number; everyMs: number },
): Promise<void> {
  for await (const chunk of given as AsyncIterable<Buffer>) {
    for (let at = 0; at < chunk.byteLength; at += pieceBytes) {
      answer.write(chunk.subarray(at, at + pieceBytes));
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }
  answer.end();
}
