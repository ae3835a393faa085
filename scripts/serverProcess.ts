import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';

/** A process to be ended later, perhaps by another run of this program. */
export interface ServerProcess {
  pid: number;
  /** When it began, as the system counts: its number may belong to another process later. */
  since: string;
}

/** A server that runs: its address, its data, and the processes to end, the last first. */
export interface RunningServer {
  name: string;
  address: string;
  processes: ServerProcess[];
  folder: string;
}

const START_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 20_000;

/** Starts a process that outlives this one and writes to the log. */
export function launch(
  file: string,
  args: string[],
  env: Record<string, string>,
  log: string,
): ChildProcess {
  const output = openSync(log, 'a');
  const child = spawn(file, args, {
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...process.env, ...env },
    cwd: env.HOME ?? tmpdir(),
  });
  child.unref();
  return child;
}

/** Those of the children that came to be. */
export function started(...children: ChildProcess[]): ServerProcess[] {
  const pids = children.map((child) => child.pid).filter((pid) => pid !== undefined);
  return pids.map((pid) => ({ pid, since: sinceWhen(pid) }));
}

/** Waits until something answers on the port: accepts, and after `hello` says a first byte. */
export async function answering(
  name: string,
  port: number,
  child: ChildProcess,
  folder: string,
  hello?: Buffer,
): Promise<void> {
  const until = Date.now() + START_TIMEOUT_MS;
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  while (Date.now() < until) {
    if (failure) throw new Error(`${name} did not start: ${failure.message}`);
    if (child.exitCode !== null) {
      throw new Error(`${name} ended with code ${child.exitCode}; see the logs in ${folder}`);
    }
    if (await answers(port, hello)) return;
    await wait(100);
  }
  throw new Error(`${name} did not answer on port ${port}; see the logs in ${folder}`);
}

function answers(port: number, hello?: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const done = (good: boolean): void => {
      socket.destroy();
      resolve(good);
    };
    socket.setTimeout(2_000, () => done(false));
    socket.once('error', () => done(false));
    socket.once('close', () => done(false));
    socket.once('data', () => done(true));
    socket.once('connect', () => (hello ? socket.write(hello) : done(true)));
  });
}

/** Asks the process to end, waits, and forces it when it does not. Only that very process. */
export async function end(
  { pid, since }: ServerProcess,
  name: 'SIGTERM' | 'SIGKILL',
): Promise<void> {
  if (sinceWhen(pid) !== since || !signal(pid, name)) return;
  const until = Date.now() + STOP_TIMEOUT_MS;
  while (Date.now() < until) {
    await wait(50);
    if (!isRunning(pid)) return;
  }
  signal(pid, 'SIGKILL');
}

/** False when there is no such process any more. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** A process that has ended and waits for its parent to notice counts as ended. */
function isRunning(pid: number): boolean {
  return signal(pid, 0) && statOf(pid)?.[0] !== 'Z';
}

/** Clock ticks from the start of the machine to that of the process, where the system tells. */
const sinceWhen = (pid: number): string => statOf(pid)?.[19] ?? '';

/** What Linux tells about a process, from its state on. */
function statOf(pid: number): string[] | undefined {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return undefined;
  return readFileSync(file, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
}
