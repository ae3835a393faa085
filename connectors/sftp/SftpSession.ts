/** One connection that is open, and the requests that are on their way in it. */
import { connect, type Socket } from 'node:net';
import type { Algorithms, Client, ConnectConfig, SFTPWrapper } from 'ssh2';
import { StockbusError } from '../../core/errors.ts';
import type { Time, Timer } from '../../core/runtime.ts';
import { algorithmsFor, fingerprintOf, isKnownKey, typeOfKey } from './hostKey.ts';
import type { SftpConfig } from './sftpConfig.ts';
import { answerOf, NotOffered, pieceOf, unreachable } from './sftpError.ts';

/** A connection that nobody needs for so long is closed: the next look opens another. */
const IDLE_MS = 60_000;
/** The first that both sides know is taken; those that the processor helps with come first. */
const CIPHERS = ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com']
  .concat(['aes128-ctr', 'aes192-ctr', 'aes256-ctr'])
  .concat(['chacha20-poly1305@openssh.com']) as NonNullable<Algorithms['cipher']>;

type Done<T> = (error: unknown, value?: T) => void;

export class SftpSession {
  readonly #client: Client;
  readonly #socket: Socket;
  readonly #sftp: SFTPWrapper;
  readonly #where: string;
  readonly #timeoutMs: number;
  readonly #time: Time;
  readonly #waiting = new Set<(error: StockbusError) => void>();
  #answeredMs = 0;
  #watch: Timer | undefined;
  #ended: StockbusError | undefined;
  /** False once the server was seen not to offer it. */
  knowsPosixRename: boolean | undefined;
  /** Hears that it is over. */
  onEnd: () => void = () => undefined;

  /** Throws SFTP_UNREACHABLE, SFTP_LOGIN_REFUSED, SFTP_HOST_KEY_UNKNOWN. */
  static async open(config: SftpConfig, where: string, time: Time): Promise<SftpSession> {
    const { default: ssh2 } = await import('ssh2');
    const client = new ssh2.Client();
    const socket = connect({ host: config.host, port: config.port, noDelay: true });
    try {
      const sftp = await opened(client, socket, config, where, time);
      return new SftpSession(client, socket, sftp, config, where, time);
    } catch (error) {
      client.on('error', () => undefined);
      client.destroy();
      socket.destroy();
      throw error;
    }
  }

  private constructor(
    client: Client,
    socket: Socket,
    sftp: SFTPWrapper,
    { timeout }: SftpConfig,
    where: string,
    time: Time,
  ) {
    this.#client = client;
    this.#socket = socket;
    this.#sftp = sftp;
    this.#where = where;
    this.#timeoutMs = timeout;
    this.#time = time;
    client.on('error', (error) => this.#end(unreachable(where, error)));
    client.on('close', () => this.#end(unreachable(where, new Error('the server hung up'))));
    sftp.on('close', () => this.#end(unreachable(where, new Error('the server hung up'))));
    sftp.on('error', (error: unknown) => this.#end(unreachable(where, error)));
    socket.setTimeout(IDLE_MS, () => {
      if (this.#waiting.size === 0) this.close();
    });
    socket.unref();
  }

  get isEnded(): boolean {
    return this.#ended !== undefined;
  }

  /**
   * One request; many may be on their way. Rejects with the server's status, with NotOffered, or with
   * SFTP_UNREACHABLE when the connection breaks, or nothing at all is answered for the timeout.
   */
  ask<T = void>(call: (sftp: SFTPWrapper, done: Done<T>) => unknown): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    if (this.#ended) {
      reject(this.#ended);
      return promise;
    }
    this.#wait(reject);
    const done: Done<T> = (error, value) => {
      if (!this.#waiting.has(reject)) return;
      this.#answered(reject);
      if (!error) resolve(value as T);
      else if (answerOf(error) !== undefined) reject(error);
      else {
        this.#end(unreachable(this.#where, new Error('the server hung up')));
        reject(this.#ended);
      }
    };
    try {
      call(this.#sftp, done);
    } catch (error) {
      this.#answered(reject);
      reject(new NotOffered(error instanceof Error ? error.message : String(error)));
    }
    return promise;
  }

  close(): void {
    this.#end(unreachable(this.#where, new Error('the hub closed the connection')));
  }

  #wait(reject: (error: StockbusError) => void): void {
    if (this.#waiting.size === 0) {
      this.#socket.ref();
      this.#answeredMs = this.#time.monotonic();
      this.#watch ??= this.#time.after(this.#timeoutMs, () => this.#look());
    }
    this.#waiting.add(reject);
  }

  #answered(reject: (error: StockbusError) => void): void {
    this.#waiting.delete(reject);
    this.#answeredMs = this.#time.monotonic();
    if (this.#waiting.size > 0) return;
    this.#watch?.stop();
    this.#watch = undefined;
    this.#socket.unref();
  }

  /** A connection that broke in one direction tells nothing: its silence does. */
  #look(): void {
    const restMs = this.#answeredMs + this.#timeoutMs - this.#time.monotonic();
    if (restMs > 0) this.#watch = this.#time.after(restMs, () => this.#look());
    else this.#end(unreachable(this.#where, new Error(silent(this.#timeoutMs))));
  }

  #end(why: StockbusError): void {
    if (this.#ended) return;
    this.#ended = why;
    this.#watch?.stop();
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const reject of waiting) reject(why);
    this.#client.destroy();
    this.#socket.destroy();
    this.onEnd();
  }
}

const silent = (timeoutMs: number): string => `no answer for ${timeoutMs / 1_000} s`;

/** From the first packet to the first request: one time for all of it. */
async function opened(
  client: Client,
  socket: Socket,
  config: SftpConfig,
  where: string,
  time: Time,
): Promise<SFTPWrapper> {
  const { promise, resolve, reject } = Promise.withResolvers<SFTPWrapper>();
  let shown: Buffer | undefined;
  const fail = (error: unknown): void =>
    reject(
      shown && !isKnownKey(shown, config.hostKey)
        ? strangeKey(shown, where)
        : loginRefused(error, config, where),
    );
  const timer = time.after(config.timeout, () => fail(new Error(silent(config.timeout))));
  const hostVerifier = (key: Buffer): boolean => {
    shown = key;
    return isKnownKey(key, config.hostKey);
  };
  socket.on('error', fail);
  client.on('error', fail);
  client.on('close', () => fail(new Error('the server hung up')));
  client.on('keyboard-interactive', (_name, _about, _language, prompts, finish) =>
    finish(prompts.map(({ echo }) => (echo ? '' : (config.password ?? '')))),
  );
  client.on('ready', () => {
    client.sftp((error, sftp) => {
      if (!error) resolve(sftp);
      else fail(new Error(`logged in, but it offers no SFTP: ${pieceOf(error.message)}`));
    });
  });
  try {
    client.connect({ ...loginOf(config), sock: socket, hostVerifier });
    return await promise;
  } catch (error) {
    // A private key that cannot be read is found before anything is sent.
    throw error instanceof StockbusError ? error : refusedLogin(config, where, error);
  } finally {
    timer.stop();
  }
}

function loginOf(config: SftpConfig): ConnectConfig {
  const { user: username, password, privateKey, passphrase, hostKey, timeout } = config;
  const serverHostKey = algorithmsFor(hostKey) as Algorithms['serverHostKey'];
  return {
    username,
    readyTimeout: timeout,
    algorithms: { cipher: CIPHERS, ...(serverHostKey ? { serverHostKey } : {}) },
    ...(password === undefined ? {} : { password, tryKeyboard: true }),
    ...(privateKey === undefined ? {} : { privateKey }),
    ...(passphrase === undefined ? {} : { passphrase }),
  };
}

function loginRefused(error: unknown, config: SftpConfig, where: string): StockbusError {
  const { level } = (error ?? {}) as { level?: string };
  return level === 'client-authentication'
    ? refusedLogin(config, where, undefined)
    : unreachable(where, error);
}

function refusedLogin(config: SftpConfig, where: string, error: unknown): StockbusError {
  const by = [config.privateKey && 'its private key', config.password && 'its password'];
  const login = `the login of '${config.user}' by ${by.filter(Boolean).join(' and ')}`;
  const why =
    error === undefined
      ? 'the server refuses it'
      : pieceOf(error instanceof Error ? error.message : String(error));
  return new StockbusError('SFTP_LOGIN_REFUSED', `${where}: ${login}: ${why}`);
}

function strangeKey(key: Buffer, where: string): StockbusError {
  const [type, fingerprint] = [typeOfKey(key), fingerprintOf(key)];
  const message = `${where}: the server shows ${type} ${fingerprint}, which is none of \`hostKey\``;
  const todo = `Ask its operator, not this connection, for what ssh-keygen -lf prints of the server’s ${type} key. If it is ${fingerprint}, write that under hostKey; if not, somebody stands between.`;
  return new StockbusError('SFTP_HOST_KEY_UNKNOWN', message, undefined, { todo });
}
