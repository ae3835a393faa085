import { roles as allRoles, type HubConfig, type Role } from '../flow/hubConfig.ts';
import { logProcessFaults } from '../hub/logProcessFaults.ts';
import type { OpenHub } from '../hub/openHub.ts';
import { openThreadedHub } from '../hub/openThreadedHub.ts';
import { statusOfHub } from '../hub/statusOfHub.ts';
import { limits } from '../limits.ts';
import { type Runtime, systemRuntime } from '../runtime.ts';
import { StatusGauges } from '../status/StatusGauges.ts';
import { apiOf, httpAddress, prometheusMeter } from './apiOf.ts';
import type { CliCommand } from './command.ts';
import { unknownName, usageError } from './command.ts';
import { jsonFormat } from './jsonFormat.ts';
import { lineLog, logOptions } from './log.ts';
import { type EndingSignal, endBy, onEndingSignals, onHangup } from './signals.ts';

const RELOAD = 'reload is not supported yet: restart the hub to have it read flows and tables anew';

export const start: CliCommand = {
  name: 'start',
  about: 'Runs the hub until it is told to stop: SIGTERM or Ctrl-C, which finish the work in hand.',
  arguments: [],
  options: {
    roles: {
      value: 'LIST',
      about: `Parts that run in this process, with commas: ${allRoles.join(', ')}. Default: what config/hub.yaml says.`,
    },
    format: {
      ...jsonFormat,
      about:
        'Of the log. Default: text on a terminal, else JSON; STOCKBUS_LOG_FORMAT says it, too.',
    },
  },
  examples: ['stockbus start', 'stockbus start --roles apply,relay --config /etc/stockbus'],
  async run({ options, folder, env, terminal }) {
    const wished = readRoles(options.roles);
    const meter = await prometheusMeter();
    const log = lineLog(
      (line) => terminal.err([line]),
      logOptions(env, terminal.interactive, options.format),
    );
    const runtime = systemRuntime(log, meter.metrics);
    const stopping = stopSignal();
    const quiet = logProcessFaults(log);
    onHangup(() => log('warn', 'hub.reload_unsupported', { todo: RELOAD }));
    const open = await openThreadedHub(folder, env, runtime, wished ? { roles: wished } : {});
    const { hub, config, pair, flows } = open;
    const roles = wished ?? config.roles;
    const door = doorOf(config, roles);
    const api = door && (await apiOf(open, runtime, meter.text, door));
    let gauges: StatusGauges | undefined;
    try {
      // First the port: a second hub by mistake ends before it takes anything in.
      const listening = await api?.start();
      await hub.start();
      if (api) gauges = statusGauges(open, runtime);
      log('info', 'hub.started', {
        pair,
        roles: roles.join(','),
        flows: flows.length,
        data: config.dataFolder,
        ...(listening ? { address: httpAddress(config.http.host, listening.port) } : {}),
      });
      log('info', 'hub.stopping', { signal: await stopping });
    } finally {
      await api?.stop();
      await gauges?.stop();
      await open.close();
      quiet();
    }
    log('info', 'hub.stopped');
    return 0;
  },
};

/** Where this process answers, and what; undefined: nowhere. */
function doorOf(
  { http }: HubConfig,
  roles: readonly Role[],
): { port: number; onlyHealth: boolean } | undefined {
  if (roles.includes('api')) return { port: http.port, onlyHealth: false };
  return http.healthPort === undefined ? undefined : { port: http.healthPort, onlyHealth: true };
}

const statusGauges = (open: OpenHub, runtime: Runtime): StatusGauges =>
  new StatusGauges({
    status: () => statusOfHub(open, runtime),
    runtime,
    everyMs: limits.statusMeasureMs,
  });

function readRoles(text: string | undefined): Role[] | undefined {
  if (text === undefined) return undefined;
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0)
    throw usageError('--roles names no role', `known: ${allRoles.join(', ')}`);
  return names.map((name) => {
    const role = allRoles.find((known) => known === name);
    if (role) return role;
    throw unknownName('role', name, allRoles);
  });
}

/** Resolves with the first signal; the second one ends the process at once. */
function stopSignal(): Promise<EndingSignal> {
  return new Promise((resolve) => {
    let stopping = false;
    onEndingSignals((signal) => {
      if (stopping) endBy(signal);
      stopping = true;
      resolve(signal);
    });
  });
}
