/**
 * Starts and stops the servers that the tests use beside the embedded pair: RabbitMQ, and a
 * MongoDB-compatible server for tests. Each runs on free ports of loopback with its data in a folder
 * of its own, so that nothing else on the machine is touched.
 *
 *   node scripts/servers.ts start   prints `export STOCKBUS_TEST_BROKER=...` and `..._STORE=...`
 *   node scripts/servers.ts mend    looks at them after tests failed: one that answers nothing is told about and
 *                                   started again on its data; the exit code is 0 where that was so, else 3
 *   node scripts/servers.ts stop    stops what `start` started, by process id
 */
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { answering, end, launch, type RunningServer, started } from './serverProcess.ts';
import { isAnswering, stateOf } from './silentServer.ts';

export interface RabbitmqPorts {
  amqp: number;
  dist: number;
  epmd: number;
}

export interface RunningRabbitmq extends RunningServer {
  ports: RabbitmqPorts;
}

/** A port of loopback that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

const firstThere = (files: (string | undefined)[]): string | undefined =>
  files.find((file) => file !== undefined && existsSync(file));

/** The start script, or undefined. Debian's wrapper on the path would change the user. */
export function findRabbitmq(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const onPath = folders.map((folder) => join(folder, 'rabbitmq-server'));
  const debian = '/usr/lib/rabbitmq/bin/rabbitmq-server';
  return firstThere([process.env.STOCKBUS_RABBITMQ, debian, ...onPath]);
}

export function findMongod(): string | undefined {
  const servers = process.env.STOCKBUS_SERVERS ?? '/opt/stockbus-servers';
  const known = ['secantusd-rs', 'secantusd-py'].map((file) => join(servers, 'bin', file));
  return firstThere([process.env.STOCKBUS_MONGOD, ...known]);
}

/** Throws where it is not installed. */
export function findHaproxy(): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = firstThere([...folders, '/usr/sbin'].map((folder) => join(folder, 'haproxy')));
  if (found) return found;
  throw new Error('haproxy is not installed; run: bash .ci/install-servers');
}

/** A RabbitMQ node. Given `again`, the same node on the same data and ports, as after a crash. */
export async function startRabbitmq(
  folder: string,
  again?: RabbitmqPorts,
): Promise<RunningRabbitmq> {
  const server = findRabbitmq();
  if (!server) throw new Error('rabbitmq-server is not installed; run: bash .ci/install-servers');
  mkdirSync(folder, { recursive: true });
  const ports = again ?? {
    amqp: await freePort(),
    dist: await freePort(),
    epmd: await freePort(),
  };
  writeFileSync(join(folder, 'rabbitmq.conf'), 'disk_free_limit.absolute = 50MB\n');
  writeFileSync(join(folder, 'enabled_plugins'), '[].\n');
  const env = rabbitmqEnvironment(folder, ports);
  const epmdFlags = ['-port', String(ports.epmd), '-address', '127.0.0.1'];
  const epmd = launch('epmd', epmdFlags, env, join(folder, 'epmd.log'));
  const failed = once(epmd, 'error').then(([error]) => Promise.reject(error as Error));
  const node = launch(server, [], env, join(folder, 'node.log'));
  const running: RunningRabbitmq = {
    name: 'rabbitmq',
    address: `amqp://127.0.0.1:${ports.amqp}`,
    processes: started(epmd, node),
    folder,
    ports,
  };
  const greeting = Buffer.from('AMQP\0\0\x09\x01', 'latin1');
  const answers = answering('RabbitMQ', ports.amqp, node, folder, greeting);
  await orStop(running, Promise.race([answers, failed]));
  return running;
}

function rabbitmqEnvironment(folder: string, ports: RabbitmqPorts): Record<string, string> {
  return {
    HOME: folder,
    ERL_EPMD_PORT: String(ports.epmd),
    RABBITMQ_NODENAME: `stockbus${ports.amqp}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(ports.amqp),
    RABBITMQ_DIST_PORT: String(ports.dist),
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_LOGS: join(folder, 'log', 'rabbitmq.log'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, 'advanced.config'),
    RABBITMQ_CONF_ENV_FILE: join(folder, 'rabbitmq-env.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_PID_FILE: join(folder, 'rabbitmq.pid'),
    // The start script then becomes the node itself, so that its process id is the node's.
    RUNNING_UNDER_SYSTEMD: 'true',
  };
}

/** Runs `rabbitmqctl` against a node that `startRabbitmq` started. */
export async function rabbitmqctl(node: RunningRabbitmq, ...args: string[]): Promise<void> {
  const file = join(dirname(findRabbitmq() ?? ''), 'rabbitmqctl');
  const log = join(node.folder, 'rabbitmqctl.log');
  const child = launch(file, args, rabbitmqEnvironment(node.folder, node.ports), log);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`rabbitmqctl ${args[0]} ended with code ${code}; see ${log}`);
}

/** A MongoDB-compatible server for tests, as a replica set of one node; given a port, again on its data. */
export async function startMongod(folder: string, again?: number): Promise<RunningServer> {
  const server = findMongod();
  if (!server) {
    throw new Error('no MongoDB-compatible server is installed; run: bash .ci/install-servers');
  }
  mkdirSync(join(folder, 'data'), { recursive: true });
  const port = again ?? (await freePort());
  const flags = ['--port', String(port), '--storage-path', join(folder, 'data')];
  if (server.endsWith('-rs')) {
    flags.push('--host', '127.0.0.1', '--cache-size', '1G', '--sync-on-commit');
  }
  const node = launch(server, flags, {}, join(folder, 'node.log'));
  const address = `mongodb://127.0.0.1:${port}/?replicaSet=secantus`;
  const running = { name: 'mongod', address, processes: started(node), folder };
  await orStop(running, answering('the MongoDB-compatible server', port, node, folder));
  return running;
}

/** A server that does not answer leaves no process behind; its logs stay. */
async function orStop(server: RunningServer, answers: Promise<void>): Promise<void> {
  try {
    await answers;
  } catch (error) {
    await stopServer(server, { keepData: true });
    throw error;
  }
}

/**
 * Asks each process to end, waits, and forces the one that does not; then removes its data, unless it
 * is to be kept. With SIGKILL it is not asked, as in a crash.
 */
export async function stopServer(
  server: RunningServer,
  options: { keepData?: boolean; signal?: 'SIGTERM' | 'SIGKILL' } = {},
): Promise<void> {
  for (const each of server.processes.toReversed()) await end(each, options.signal ?? 'SIGTERM');
  if (!options.keepData) rmSync(server.folder, { recursive: true, force: true });
}

const stateFile = (): string =>
  process.env.STOCKBUS_SERVERS_STATE ?? join(tmpdir(), 'stockbus-servers.json');

/** Starts what is installed; what is not is told with the reason. */
async function start(): Promise<void> {
  if (existsSync(stateFile())) await stop();
  const base = join(tmpdir(), `stockbus-servers-${process.pid}`);
  const servers: RunningServer[] = [];
  const kinds = [
    { variable: 'STOCKBUS_TEST_BROKER', start: () => startRabbitmq(`${base}-rabbitmq`) },
    { variable: 'STOCKBUS_TEST_STORE', start: () => startMongod(`${base}-mongod`) },
  ];
  for (const kind of kinds) {
    try {
      const server = await kind.start();
      servers.push(server);
      writeFileSync(stateFile(), JSON.stringify(servers));
      process.stdout.write(`export ${kind.variable}='${server.address}'\n`);
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    }
  }
}

async function stop(): Promise<void> {
  for (const server of running()) await stopServer(server);
  rmSync(stateFile(), { force: true });
}

const running = (): RunningServer[] =>
  existsSync(stateFile()) ? (JSON.parse(readFileSync(stateFile(), 'utf8')) as RunningServer[]) : [];

/** Whether one of them answered nothing; it runs again, on its data and its port. */
async function mend(): Promise<boolean> {
  const servers = running();
  const silent = new Set<RunningServer>();
  for (const server of servers) if (!(await isAnswering(server))) silent.add(server);
  for (const server of silent) {
    for (const line of stateOf(server)) process.stdout.write(`${server.name}: ${line}\n`);
    await stopServer(server, { keepData: true, signal: 'SIGKILL' });
    const ports = (server as RunningRabbitmq).ports;
    const port = Number(new URL(server.address).port);
    const again = await (ports
      ? startRabbitmq(server.folder, ports)
      : startMongod(server.folder, port));
    server.processes = again.processes;
    writeFileSync(stateFile(), JSON.stringify(servers));
  }
  return silent.size > 0;
}

if (import.meta.main) {
  const command = process.argv[2];
  if (command === 'start') await start();
  else if (command === 'stop') await stop();
  else if (command === 'mend') process.exit((await mend()) ? 0 : 3);
  else {
    process.stderr.write('usage: node scripts/servers.ts start|mend|stop\n');
    process.exitCode = 2;
  }
}
