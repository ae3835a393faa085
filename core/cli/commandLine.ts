/** Finds the command of a line, and turns what it throws into one line and an exit code. */

import { type Fault, FaultList, faultOf, formatFault, isStockbusError } from '../errors.ts';
import { hubFolder } from '../hub/hubFolder.ts';
import { umaskOf } from '../hub/umaskOf.ts';
import { queryNames } from '../reports/Query.ts';
import type { CliCommand } from './command.ts';
import { columns, helpOf, parseLine, unknownName, usageError } from './command.ts';
import { sayJson } from './jsonFormat.ts';
import { packageFacts } from './packageFacts.ts';
import type { Terminal } from './terminal.ts';

/** In the order of the help. A command is loaded where it is called: most need little of the house. */
export const commands: Readonly<Record<string, () => Promise<CliCommand>>> = {
  init: async () => (await import('./initProject.ts')).initProject,
  new: async () => (await import('./newFlow.ts')).newFlow,
  start: async () => (await import('./start.ts')).start,
  run: async () => (await import('./run.ts')).run,
  reload: async () => (await import('./reload.ts')).reload,
  status: async () => (await import('./status.ts')).status,
  lint: async () => (await import('./lint.ts')).lint,
  flows: async () => (await import('./flowsCommand.ts')).flowsCommand,
  try: async () => (await import('./tryCommand.ts')).tryCommand,
  test: async () => (await import('./testFlows.ts')).testFlows,
  ...Object.fromEntries(
    queryNames.map((name) => [
      name,
      async () => (await import('./reports.ts')).reportCommand(name),
    ]),
  ),
  documents: async () => (await import('./documentsCommand.ts')).documentsCommand,
  export: async () => (await import('./export.ts')).exportCommand,
  parked: async () => (await import('./parked.ts')).parked,
  dead: async () => (await import('./dead.ts')).dead,
  waiting: async () => (await import('./waiting.ts')).waiting,
  runs: async () => (await import('./runsCommand.ts')).runsCommand,
  history: async () => (await import('./history.ts')).history,
  endpoints: async () => (await import('./endpoints.ts')).endpoints,
  keys: async () => (await import('./keys.ts')).keys,
  users: async () => (await import('./users.ts')).users,
  gaps: async () => (await import('./gaps.ts')).gaps,
  resend: async () => (await import('./resend.ts')).resend,
  verify: async () => (await import('./verify.ts')).verify,
  backup: async () => (await import('./backup.ts')).backup,
  restore: async () => (await import('./restore.ts')).restore,
  migrate: async () => (await import('./migrate.ts')).migrate,
  demo: async () => (await import('./demo.ts')).demo,
};

/** What of the process a command line sees. */
export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  terminal: Terminal;
  workingFolder: string;
  /** What this process makes is kept from whom the mask names. Left out: it is set outside. */
  umask?(mask: number): void;
  /** Makes the hub's folder the one that relative paths in config/ and flows/ are from. */
  enter(folder: string): void;
}

/**
 * Runs one command to its end: 0 done, 1 it failed and said why, 2 the line itself was wrong, 3 it did
 * its work and something waits for a person.
 */
export async function commandLine(
  line: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const watch = watchedOut(surroundings.terminal);
  try {
    return await dispatch(line, { ...surroundings, terminal: watch.terminal });
  } catch (error) {
    // A program that reads JSON is told in JSON, where nothing else was said.
    if (asksForJson(line) && !watch.isUsed())
      await sayJson(surroundings.terminal, failureFacts(error));
    return report(error, surroundings);
  }
}

const asksForJson = (line: readonly string[]): boolean =>
  line.some(
    (word, at) => word === '--format=json' || (word === '--format' && line[at + 1] === 'json'),
  );

/** Whether anything was written to `out`. */
function watchedOut(terminal: Terminal): { terminal: Terminal; isUsed(): boolean } {
  let isUsed = false;
  const out: Terminal['out'] = (lines) => {
    isUsed ||= lines.length > 0;
    terminal.out(lines);
  };
  const outBytes: Terminal['outBytes'] = (bytes) => {
    isUsed = true;
    return terminal.outBytes(bytes);
  };
  return { terminal: { ...terminal, out, outBytes }, isUsed: () => isUsed };
}

const failureFacts = (error: unknown): { faults: Fault[] } => ({
  faults: error instanceof FaultList ? [...error.faults] : [faultOf(error)],
});

async function dispatch(line: readonly string[], surroundings: Surroundings): Promise<number> {
  const { terminal } = surroundings;
  const [name = '--help', ...rest] = line;
  if (name === '--help' || name === '-h' || name === 'help') return showHelp(rest[0], terminal);
  if (name === '--version' || name === '-v') {
    terminal.out([packageFacts().version]);
    return 0;
  }
  const command = await findCommand(name);
  const parsed = parseLine(command, rest);
  if (parsed.options.help !== undefined) {
    terminal.out(helpOf(command));
    return 0;
  }
  const folder = hubFolder(surroundings.workingFolder, parsed.options.config);
  surroundings.umask?.(umaskOf(surroundings.env));
  surroundings.enter(folder);
  return command.run({ ...parsed, ...surroundings, folder });
}

function findCommand(name: string): Promise<CliCommand> {
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load) return load();
  if (name.split('=')[0] === '--config')
    throw usageError('--config comes after the command', 'write stockbus COMMAND --config DIR');
  if (name.startsWith('-')) throw unknownName('option', name, ['--help', '--version']);
  throw unknownName('command', name, Object.keys(commands));
}

async function showHelp(name: string | undefined, terminal: Terminal): Promise<number> {
  if (name !== undefined) {
    terminal.out(helpOf(await findCommand(name)));
    return 0;
  }
  const all = await Promise.all(Object.values(commands).map((load) => load()));
  terminal.out([
    'Stockbus: an integration hub for inventory.',
    '',
    '  stockbus COMMAND [options]',
    '',
    ...columns(all.map((command) => [command.name, command.about])),
    '',
    'Exit codes: 0 done, 1 failed with the reason, 2 the command line was wrong, 3 something was parked',
    'Each command explains itself: stockbus COMMAND --help',
    'See what it does in 20 seconds: stockbus demo',
  ]);
  return 0;
}

function report(error: unknown, { terminal, env }: Surroundings): number {
  if (error instanceof FaultList) terminal.err(error.faults.map(formatFault));
  else if (isStockbusError(error, 'CLI_USAGE')) {
    terminal.err([`stockbus: ${error.message}; ${error.fault.todo ?? 'see stockbus --help'}`]);
  } else terminal.err([`stockbus: ${formatFault(faultOf(error))}`]);
  if (env.STOCKBUS_DEBUG === '1' && error instanceof Error) {
    terminal.err((error.stack ?? error.message).split('\n'));
    if (error.cause instanceof Error) terminal.err(`caused by ${error.cause.stack}`.split('\n'));
  }
  return isStockbusError(error, 'CLI_USAGE') ? 2 : 1;
}
