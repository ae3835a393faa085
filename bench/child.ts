/** Each measurement runs in a process of its own, so that memory and garbage of one are not another's. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export interface ChildOptions {
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  nodeFlags?: readonly string[];
  /** The process is killed when it has not ended by then. */
  timeoutMs: number;
}

/** Aborted by Ctrl-C: the process in hand has then ended by itself, and no other is started. */
export const interruption = new AbortController();

/** Runs a script of this folder, or one that is named by its whole path; its last line of output is JSON. */
export async function runChild<T>(
  script: string,
  { args, env = {}, nodeFlags = [], timeoutMs }: ChildOptions,
): Promise<T> {
  interruption.signal.throwIfAborted();
  const path = resolve(fileURLToPath(new URL('.', import.meta.url)), script);
  // With the flag and the compile cache of `npm start`.
  const flags = ['--max-semi-space-size=8', ...nodeFlags];
  const child = spawn(process.execPath, [...flags, path, ...args], {
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'), ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const output = text(child.stdout);
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (signal === 'SIGKILL') {
    throw new Error(`bench/${script} was killed; it has ${timeoutMs / 1_000} s`);
  }
  if (code !== 0) throw new Error(`bench/${script} ended with code ${code ?? signal}`);
  const lines = (await output).trim().split('\n');
  return JSON.parse(lines.at(-1)!) as T;
}

/** What a script of this folder says to the one that runs it. */
export const answer = (value: unknown): boolean =>
  process.stdout.write(`${JSON.stringify(value)}\n`);
