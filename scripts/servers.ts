/**
 * Starts and stops the servers that the tests use beside the embedded pair: RabbitMQ, and a
 * MongoDB-compatible server for tests. Each runs on free ports of loopback with its data in a folder
 * of its own, so that nothing else on the machine is touched.
 *
 *   node scripts/servers.ts start   prints `export STOCKBUS_TEST_BROKER=...` and `..._STORE=...`
 *   node scripts/servers.ts stop    stops what `start` started, by process id
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** A server that runs: its address, and the processes that `stop` ends, the last first. */
export interface RunningServer {
  name: string;
  address: string;
  pids: number[];
  folder: string;
}

const START_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 20_000;

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

/** Where an executable is, or undefined. Debian's own RabbitMQ script wants its user; this not. */
export function findRabbitmq(): string | undefined {
  const named = process.env.STOCKBUS_RABBITMQ;
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .map((dir) => join(dir, 'rabbitmq-server'));
  return [named, '/usr/lib/rabbitmq/bin/rabbitmq-server', ...onPath].find(
    (file) => file !== undefined && existsSync(file),
  );
}

export function findMongod(): string | undefined {
  const servers = process.env.STOCKBUS_SERVERS ?? '/opt/stockbus-servers';
  const known = ['secantusd-rs', 'secantusd-py'].map((file) => join(servers, 'bin', file));
  return [process.env.STOCKBUS_MONGOD, ...known].find(
    (file) => file !== undefined && existsSync(file),
  );
}

/** A RabbitMQ node. Given `again`, the same node on the same data and ports, as after a crash. */
export async function startRabbitmq(
  folder: string,
  again?: RabbitmqPorts,
): Promise<RunningServer & { ports: RabbitmqPorts }> {
  const server = findRabbitmq();
  if (!server) throw new Error('rabbitmq-server is not installed; run .ci/install-servers');
  mkdirSync(folder, { recursive: true });
  const ports = again ?? { amqp: await freePort(), dist: await freePort(), epmd: await freePort() };
  writeFileSync(
    join(folder, 'rabbitmq.conf'),
    'disk_free_limit.absolute = 50MB\nloopback_users.guest = true\n',
  );
  writeFileSync(join(folder, 'enabled_plugins'), '[].\n');
  const env = rabbitmqEnvironment(folder, ports);
  const epmd = launch(
    'epmd',
    ['-port', String(ports.epmd), '-address', '127.0.0.1'],
    env,
    join(folder, 'epmd.log'),
  );
  await answering('epmd', ports.epmd, epmd, folder);
  const node = launch(server, [], env, join(folder, 'node.log'));
  await answering('RabbitMQ', ports.amqp, node, folder, Buffer.from('AMQP\0\0\x09\x01', 'latin1'));
  return {
    name: 'rabbitmq',
    address: `amqp://127.0.0.1:${ports.amqp}`,
    pids: pidsOf(epmd, node),
    folder,
    ports,
  };
}

/** Runs `rabbitmqctl` against a node that `startRabbitmq` started. */
export async function rabbitmqctl(
  node: { folder: string; ports: RabbitmqPorts },
  ...args: string[]
): Promise<void> {
  const file = join(dirname(findRabbitmq() ?? ''), 'rabbitmqctl');
  const env = rabbitmqEnvironment(node.folder, node.ports);
  const child = launch(file, args, env, join(node.folder, 'rabbitmqctl.log'));
  const [code] = await once(child, 'exit');
  if (code !== 0)
    throw new Error(`rabbitmqctl ${args.join(' ')} ended with code ${code}; see ${node.folder}`);
}

export interface RabbitmqPorts {
  amqp: number;
  dist: number;
  epmd: number;
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

/** A MongoDB-compatible server for tests, as a replica set of one node. */
export async function startMongod(folder: string): Promise<RunningServer> {
  const server = findMongod();
  if (!server)
    throw new Error(
      'no MongoDB-compatible server found; run .ci/install-servers or set STOCKBUS_MONGOD',
    );
  mkdirSync(join(folder, 'data'), { recursive: true });
  const port = await freePort();
  const flags = [
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--storage-path',
    join(folder, 'data'),
  ];
  if (server.endsWith('-rs')) flags.push('--cache-size', '1G', '--sync-on-commit');
  const node = launch(server, flags, {}, join(folder, 'node.log'));
  await answering('the MongoDB-compatible server', port, node, folder);
  const address = `mongodb://127.0.0.1:${port}/?replicaSet=secantus`;
  return { name: 'mongod', address, pids: pidsOf(node), folder };
}

function launch(
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

/** Waits until something answers on the port: accepts, and after `hello` says a first byte. */
async function answering(
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
    if (child.exitCode !== null)
      throw new Error(`${name} ended with code ${child.exitCode}; see the logs in ${folder}`);
    if (await answers(port, hello)) return;
    await wait(100);
  }
  throw new Error(
    `${name} did not answer on port ${port} within ${START_TIMEOUT_MS} ms; see the logs in ${folder}`,
  );
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

function pidsOf(...children: ChildProcess[]): number[] {
  return children.map((child) => child.pid).filter((pid) => pid !== undefined);
}

/**
 * Asks each process to end, waits, and forces the one that does not; then removes its data, unless it
 * is to be kept. With SIGKILL it is not asked, as in a crash.
 */
export async function stopServer(
  server: RunningServer,
  options: { keepData?: boolean; signal?: 'SIGTERM' | 'SIGKILL' } = {},
): Promise<void> {
  for (const pid of server.pids.toReversed()) await end(pid, options.signal ?? 'SIGTERM');
  if (!options.keepData) rmSync(server.folder, { recursive: true, force: true });
}

async function end(pid: number, name: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (!signal(pid, name)) return;
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
export function isRunning(pid: number): boolean {
  if (!signal(pid, 0)) return false;
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'));
}

const stateFile = (): string =>
  process.env.STOCKBUS_SERVERS_STATE ?? join(tmpdir(), 'stockbus-servers.json');

/** Starts what is installed; what is not is told with the reason. */
async function start(): Promise<void> {
  if (existsSync(stateFile())) await stop();
  const base = join(tmpdir(), `stockbus-servers-${process.pid}`);
  const running: RunningServer[] = [];
  const kinds = [
    { variable: 'STOCKBUS_TEST_BROKER', start: () => startRabbitmq(join(base, 'rabbitmq')) },
    { variable: 'STOCKBUS_TEST_STORE', start: () => startMongod(join(base, 'mongod')) },
  ];
  for (const kind of kinds) {
    try {
      const server = await kind.start();
      running.push(server);
      writeFileSync(stateFile(), JSON.stringify(running));
      process.stdout.write(`export ${kind.variable}='${server.address}'\n`);
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    }
  }
}

async function stop(): Promise<void> {
  if (!existsSync(stateFile())) return;
  const running = JSON.parse(readFileSync(stateFile(), 'utf8')) as RunningServer[];
  for (const server of running) await stopServer(server);
  rmSync(stateFile(), { force: true });
}

if (import.meta.main) {
  const command = process.argv[2];
  if (command === 'start') await start();
  else if (command === 'stop') await stop();
  else {
    process.stderr.write('usage: node scripts/servers.ts start|stop\n');
    process.exitCode = 2;
  }
}
