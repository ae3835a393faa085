/** A small server of mail that sends nothing on: it keeps what it takes. A test's own, and no real one. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

export class SmtpServer {
  readonly #server = createServer((socket) => this.#talk(socket));
  readonly #sockets = new Set<Socket>();
  /** Mails as they came. */
  readonly mails: string[] = [];
  /** What it says after the text of a mail, at first, after a login, and after MAIL FROM or RCPT TO, by what stands in the line. */
  answer = '250 taken';
  greeting = '220 test';
  login = '235 welcome';
  recipients: Readonly<Record<string, string>> = {};
  isSilent = false;

  static async start(): Promise<SmtpServer> {
    const server = new SmtpServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get address(): string {
    return `smtp://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  #talk(socket: Socket): void {
    this.#sockets.add(socket.on('error', () => undefined));
    if (this.isSilent) return;
    let text = '';
    let isMail = false;
    socket.write(`${this.greeting}\r\n`);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (;;) {
        const ending = isMail ? '\r\n.\r\n' : '\r\n';
        const at = text.indexOf(ending);
        if (at < 0) return;
        const line = text.slice(0, at);
        text = text.slice(at + ending.length);
        if (isMail && this.answer.startsWith('2')) this.mails.push(line);
        const said = isMail ? this.answer : this.#answerTo(line);
        isMail = said.startsWith('354');
        socket.write(`${said}\r\n`);
      }
    });
  }

  #answerTo(line: string): string {
    if (line.startsWith('EHLO')) return '250-test\r\n250 AUTH PLAIN';
    if (line.startsWith('AUTH')) return this.login;
    if (line.startsWith('DATA')) return '354 go on';
    const recipient = Object.keys(this.recipients).find((one) => line.includes(one));
    return recipient === undefined ? '250 ok' : this.recipients[recipient]!;
  }

  /** One of each Message-ID, as who receives them drops repetitions. */
  get once(): string[] {
    const byId = new Map(this.mails.map((mail) => [/^Message-ID: (.*)$/im.exec(mail)?.[1], mail]));
    return [...byId.values()];
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
