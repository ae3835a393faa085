/** A hub as its own process, which a test may kill; for what goes wrong with `stockbus start` itself there is HubProcess. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

interface HubToSpawn {
  /** The folder with config/ and flows/. */
  config: string;
  roles: string;
  env: Readonly<Record<string, string>>;
  /** Takes each line of its log. */
  said?: string[];
}

/** Resolves once it says that it has started; rejects, with what it said, where it ends before. */
export async function spawnHub({
  config,
  roles,
  env,
  said = [],
}: HubToSpawn): Promise<ChildProcess> {
  const args = ['core/main.ts', 'start', '--config', config, '--roles', roles];
  const hub = spawn(process.execPath, args, {
    env: { ...process.env, ...env, STOCKBUS_LOG_FORMAT: 'json' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const started = Promise.withResolvers<void>();
  const first = said.length;
  createInterface({ input: hub.stderr }).on('line', (line) => {
    said.push(line);
    if (line.includes('"hub.started"')) started.resolve();
  });
  hub.once('exit', () => {
    started.reject(new Error(`the hub did not start: ${said.slice(first).join('\n')}`));
  });
  await started.promise;
  return hub;
}
