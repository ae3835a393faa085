/** `stockbus start` as a process of its own, over a folder with a configuration and flows of its own. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Turns } from './turnWatch.ts';

const root = join(import.meta.dirname, '..');

type Fields = Record<string, unknown>;

/** A folder with config/ and flows/, and the data folder of its hubs. */
export class HubFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'stockbus-hub-'));
  readonly data: string;

  /** Texts by the names of their files in the folder. */
  constructor(files: Readonly<Record<string, string>>, data?: string) {
    this.data = data ?? join(this.path, 'data');
    for (const name of ['config', 'flows', 'data']) mkdirSync(join(this.path, name));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.path, name), text);
  }

  /** Puts a file into the inbox `in` as a careful sender does. */
  drop(name: string, content: string | Uint8Array): void {
    const inbox = join(this.data, 'in');
    mkdirSync(inbox, { recursive: true });
    writeFileSync(join(inbox, `.${name}`), content);
    renameSync(join(inbox, `.${name}`), join(inbox, name));
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 3 });
  }
}

export class HubProcess {
  readonly #child: ChildProcess;
  /** Many may wait for what it says. */
  readonly #told = new EventEmitter().setMaxListeners(0);
  readonly #lines: Fields[] = [];
  /** Where it listens. */
  url = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    createInterface({ input: child.stderr! }).on('line', (line) => {
      this.#lines.push(line.startsWith('{') ? (JSON.parse(line) as Fields) : { text: line });
      this.#told.emit('line');
    });
    child.once('exit', () => this.#told.emit('line'));
  }

  /** Resolves once it says that it has started. */
  static async start(
    { path, data }: HubFolder,
    nodeOptions: readonly string[] = [],
    launcher: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<HubProcess> {
    const watch = join(root, 'test/turnWatch.ts');
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('STOCKBUS_'));
    const [program, ...rest] = [...launcher, process.execPath, '--import', watch] as const;
    const child = spawn(
      program!,
      [...rest, ...nodeOptions, join(root, 'bin/stockbus.js'), 'start'],
      {
        cwd: path,
        env: {
          ...Object.fromEntries(inherited),
          STOCKBUS_PORT: '0',
          STOCKBUS_DATA: data,
          STOCKBUS_LOG_FORMAT: 'json',
          ...env,
        },
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      },
    );
    const hub = new HubProcess(child);
    hub.url = String((await hub.logged('hub.started')).address);
    return hub;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Fields of the first line of that event, now or later; rejects when the process has ended without. */
  async logged(event: string, fits: (fields: Fields) => boolean = () => true): Promise<Fields> {
    for (;;) {
      const found = this.lines(event).find(fits);
      if (found) return found;
      assert.equal(
        this.#child.exitCode ?? this.#child.signalCode,
        null,
        `no ${event}: ${this.tail()}`,
      );
      await once(this.#told, 'line');
    }
  }

  lines(event: string): Fields[] {
    return this.#lines.filter((fields) => fields.event === event);
  }

  /** The last that it said, for whoever has to find out why a test failed. */
  tail(): string {
    return this.#lines
      .slice(-30)
      .map((fields) => JSON.stringify(fields))
      .join('\n');
  }

  post(
    flow: string,
    body: string | Uint8Array | ReadableStream,
    contentType = 'text/plain',
  ): Promise<Response> {
    const headers = { 'content-type': contentType };
    return fetch(`${this.url}/v1/flows/${flow}`, {
      method: 'POST',
      headers,
      body,
      duplex: 'half',
    } as RequestInit);
  }

  /** The turns since the last call. */
  async turns(): Promise<Turns> {
    const answer = once(this.#child, 'message') as Promise<[Turns]>;
    this.#child.send('turns');
    const [turns] = await answer;
    return turns;
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null)
      return this.#child.exitCode;
    const exit = once(this.#child, 'exit') as Promise<[number | null]>;
    this.#child.kill(signal);
    const [code] = await exit;
    return code;
  }
}
