/** What a server of the tests does that answers nothing, so that a gate that failed for it says so. */
import { existsSync, readdirSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningServer } from './serverProcess.ts';

/** How long a server may take to answer, however busy the machine is. */
const SILENT_MS = 30_000;

/** Whether it opens a connection and answers on it. */
export async function isAnswering({ name, address }: RunningServer): Promise<boolean> {
  const asked = name === 'mongod' ? askMongodb(address) : askRabbitmq(address);
  return asked.then(
    () => true,
    (error: unknown) => {
      process.stdout.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
      return false;
    },
  );
}

async function askMongodb(address: string): Promise<void> {
  const { MongoClient } = await import('mongodb');
  const client = new MongoClient(address, {
    serverSelectionTimeoutMS: SILENT_MS,
    socketTimeoutMS: SILENT_MS,
  });
  try {
    await client.db('admin').command({ ping: 1 });
  } finally {
    await client.close(true);
  }
}

async function askRabbitmq(address: string): Promise<void> {
  const { connect } = await import('amqplib');
  const connection = await connect(address, { timeout: SILENT_MS });
  await connection.close();
}

/** Its threads and where they wait, the room on its disk, and the end of its log. */
export function stateOf({ processes, folder }: RunningServer): string[] {
  const lines = processes.flatMap(({ pid }) => threadsOf(pid));
  const { bavail, bsize } = statfsSync(folder);
  lines.push(`${Math.round((bavail * bsize) / 2 ** 20)} MB free in ${folder}`);
  const log = join(folder, 'node.log');
  const said = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-20) : [];
  return [...lines, ...said];
}

function threadsOf(pid: number): string[] {
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks)) return [`process ${pid} has ended`];
  const ids = readdirSync(tasks);
  const waits = ids.map((id) => {
    const [name, state] = ['comm', 'wchan'].map((file) => textOf(join(tasks, id, file)));
    return `${name} in ${state}`;
  });
  const counted = Object.entries(Object.groupBy(waits, (wait) => wait));
  return [
    `process ${pid} has ${ids.length} threads`,
    ...counted.map(([wait, all]) => `  ${all?.length} ${wait}`),
  ];
}

/** A thread may end while it is looked at. */
const textOf = (file: string): string =>
  existsSync(file) ? readFileSync(file, 'utf8').trim() : 'ended';
