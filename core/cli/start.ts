import type { Api } from '../api/createApi.ts';
import { Patience } from '../deployment/Patience.ts';
import { faultOf, formatFault } from '../errors.ts';
import { roles as allRoles, type HubConfig, type Role } from '../flow/hubConfig.ts';
import { AwaitedHub } from '../hub/AwaitedHub.ts';
import { logProcessFaults } from '../hub/logProcessFaults.ts';
import { type LoadedFolder, loadFolder, type OpenHub } from '../hub/openHub.ts';
import { openThreadedHub } from '../hub/openThreadedHub.ts';
import { Reloader } from '../hub/Reloader.ts';
import { statusOfHub } from '../hub/statusOfHub.ts';
import { limits } from '../limits.ts';
import { type Log, type Runtime, systemRuntime } from '../runtime.ts';
import { StatusGauges } from '../status/StatusGauges.ts';
import { apiOf, httpAddress, prometheusMeter } from './apiOf.ts';
import { cliActor } from './cliActor.ts';
import type { CliCommand } from './command.ts';
import { unknownName, usageError } from './command.ts';
import { jsonFormat } from './jsonFormat.ts';
import { lineLog, logOptions } from './log.ts';
import { seldomLog } from './seldomLog.ts';
import { type EndingSignal, endBy, onEndingSignals, onHangup } from './signals.ts';

const LEFT_OUT = 'correct what `stockbus lint` shows, then `stockbus reload`';
const FAULTS_TOLD = 10;

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
    'fail-fast': {
      about:
        'End with the reason where broker or store cannot be reached, or a source or sink cannot start. Without it the hub listens, waits for them, and says so.',
    },
  },
  examples: ['stockbus start', 'stockbus start --roles apply,relay --config /etc/stockbus'],
  async run({ options, folder, env, terminal }) {
    const wished = readRoles(options.roles);
    const meter = await prometheusMeter();
    const written = logOptions(env, terminal.interactive, options.format);
    const log = seldomLog(lineLog((line) => terminal.err([line]), written));
    const runtime = systemRuntime(log, meter.metrics);
    const patience = new Patience(runtime, options['fail-fast'] === undefined);
    const stopping = stopSignal();
    const quiet = logProcessFaults(log);
    const loaded = await loadFolder(folder, env, runtime, { soundOnly: true });
    tellLeftOut(loaded, log);
    const roles = wished ?? loaded.config.roles;
    const choice = { loaded, patience, roles, by: cliActor() };
    const open = () => openThreadedHub(folder, env, runtime, choice);
    const load = () => loadFolder(folder, env, runtime, { soundOnly: true });
    await serve({
      runtime,
      loaded,
      load,
      patience,
      roles,
      stopping,
      open,
      metricsText: meter.text,
    });
    quiet();
    log('info', 'hub.stopped');
    return 0;
  },
};

interface Serving {
  runtime: Runtime;
  loaded: LoadedFolder;
  /** What stands in the folder now. */
  load(): Promise<LoadedFolder>;
  patience: Patience;
  roles: readonly Role[];
  stopping: Promise<EndingSignal>;
  open(): Promise<OpenHub>;
  metricsText(): Promise<string>;
}

/** Answers from the first moment on, and works once its servers are there; until it is told to stop. */
async function serve(serving: Serving): Promise<void> {
  const { runtime, loaded, patience, roles, stopping, open, metricsText } = serving;
  const { config, flows } = loaded;
  const hub = new AwaitedHub(patience);
  const reloader = new Reloader({ hub, config, load: serving.load, runtime });
  let api: Api | undefined;
  const reload = async (by?: string) => {
    await renewed(api, runtime.log);
    return reloader.reload(by);
  };
  // It tells in the log what came of it.
  const heard = onHangup(() => void reload().catch(() => undefined));
  let there: OpenHub | undefined;
  const parts = { hub, config };
  const status = () => statusOfHub(there ?? parts, runtime);
  const door = doorOf(config, roles);
  const settings = () => reloader.settings;
  const served = { ...door, status, reload, settings };
  api = door && (await apiOf(parts, runtime, metricsText, served));
  let gauges: StatusGauges | undefined;
  let opening: Promise<OpenHub> | undefined;
  try {
    // First the port: a second hub by mistake ends before it takes anything in.
    const listening = await api?.start();
    const address = listening && {
      address: httpAddress(config.http.host, listening.port, config.http.tls ? 'https' : 'http'),
    };
    if (address) runtime.log('info', 'hub.listening', address);
    opening = patience.reached(open);
    const started = opening.then(async (one) => {
      there = one;
      hub.become(one.hub);
      await one.hub.start();
      return one.pair;
    });
    const pair = await Promise.race([started, stopping.then(() => undefined)]);
    started.catch(() => undefined);
    if (pair !== undefined) {
      if (api) gauges = new StatusGauges({ status, runtime, everyMs: limits.statusMeasureMs });
      const about = { pair, roles: roles.join(','), flows: flows.length, data: config.dataFolder };
      runtime.log('info', 'hub.started', { ...about, ...address });
    }
    runtime.log('info', 'hub.stopping', { signal: await stopping });
  } finally {
    patience.end();
    await api?.stop();
    await gauges?.stop();
    const opened = await opening?.catch(() => undefined);
    await opened?.close();
    await reloader.close();
    heard();
  }
}

/** A certificate that cannot be used keeps nothing else from being taken anew: the one before stays. */
async function renewed(api: Api | undefined, log: Log): Promise<void> {
  try {
    await api?.renew();
  } catch (error) {
    const { code, message } = faultOf(error);
    log('error', 'http.tls_not_renewed', { code, message });
  }
}

/** Where this process answers, and what; undefined: nowhere. */
function doorOf(
  { http }: HubConfig,
  roles: readonly Role[],
): { port: number; onlyHealth: boolean } | undefined {
  if (roles.includes('api')) return { port: http.port, onlyHealth: false };
  return http.healthPort === undefined ? undefined : { port: http.healthPort, onlyHealth: true };
}

/** One bad file keeps no other flow from running, and is told. */
function tellLeftOut({ leftOut }: LoadedFolder, log: Log): void {
  for (const { name: flow, faults } of leftOut) {
    const told = faults.slice(0, FAULTS_TOLD).map(formatFault);
    log('error', 'flow.left_out', { flow, faults: told, todo: LEFT_OUT });
  }
}

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
