/** The command line as a user calls it: a process with arguments, an environment and a folder. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLine } from '../../core/cli/commandLine.ts';
import { RecordedTerminal } from '../recordedTerminal.ts';

export const root = join(import.meta.dirname, '../..');
const bin = join(root, 'bin/stockbus.js');

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

type Env = Record<string, string>;

/** A folder with config/ and flows/ of its own, and nothing of ours in the environment. */
export class Desk {
  readonly folder = mkdtempSync(join(tmpdir(), 'stockbus-cli-'));
  readonly #env: Env;

  /** `flows`: the only ones that it has, with the samples of all: each command loads every flow that there is. */
  constructor(env: Env = {}, flows?: readonly string[]) {
    for (const name of ['config', 'flows']) {
      cpSync(join(root, name), join(this.folder, name), { recursive: true });
    }
    for (const file of flows ? readdirSync(this.path('flows')) : []) {
      const [name, ...ends] = file.split('.');
      if (ends.length > 0 && !flows!.includes(name!)) rmSync(this.path('flows', file));
    }
    this.#env = env;
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  /** No flows, and two connectors for those that come: the folders `in` and `out`. */
  clearFlows(): void {
    rmSync(this.path('flows'), { recursive: true });
    mkdirSync(this.path('flows'));
    const connectors =
      'connectors:\n  in: { folder: { path: in } }\n  out: { folder: { path: out } }\n';
    writeFileSync(this.path('config/hub.yaml'), connectors);
  }

  spawn(args: readonly string[], env: Env = {}): ChildProcessWithoutNullStreams {
    return spawn(process.execPath, [bin, ...args], { cwd: this.folder, env: this.#envOf(env) });
  }

  /** As a process of its own: for what belongs to one (signals, the Node it runs on, its umask). */
  async runProcess(args: readonly string[], env: Env = {}): Promise<Ended> {
    return ended(this.spawn(args, env));
  }

  /** The same command in this process, which is a second faster. */
  async run(args: readonly string[], env: Env = {}): Promise<Ended> {
    const { terminal, said } = new RecordedTerminal();
    const before = process.cwd();
    try {
      const code = await commandLine(args, {
        env: this.#envOf(env),
        terminal,
        workingFolder: this.folder,
        enter: (folder) => {
          if (existsSync(folder)) process.chdir(folder);
        },
      });
      return { code, ...said };
    } finally {
      process.chdir(before);
    }
  }

  #envOf(env: Env): Env {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('STOCKBUS_'));
    return { ...Object.fromEntries(inherited), STOCKBUS_PORT: '0', ...this.#env, ...env } as Env;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

export async function ended(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  const result: Ended = { code: null, out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    result.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    result.err += chunk;
  });
  [result.code] = (await once(child, 'close')) as [number | null];
  return result;
}

/** Resolves with the fields of the first log line of that event; rejects when the process ends. */
export function logged(
  child: ChildProcessWithoutNullStreams,
  event: string,
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stderr.on('data', (chunk) => {
      text += chunk;
      for (const line of text.split('\n').slice(0, -1)) {
        const fields = line.startsWith('{') ? JSON.parse(line) : {};
        if (fields.event === event) resolve(fields);
      }
    });
    child.once('close', () => reject(new Error(`it ended without '${event}':\n${text}`)));
  });
}

/** Resolves once the process has said it on its error output. */
export function said(child: ChildProcessWithoutNullStreams, what: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stderr.on('data', (chunk) => {
      text += chunk;
      if (what.test(text)) resolve();
    });
    child.once('close', () => reject(new Error(`it ended without saying ${what}:\n${text}`)));
  });
}
