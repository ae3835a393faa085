/** The command line: finds the command, and turns what it throws into one line and an exit code. */
import { existsSync } from 'node:fs';
import type { CliCommand } from './cli/command.ts';
import { columns, helpOf, parseLine, unknownName } from './cli/command.ts';
import { demo } from './cli/demo.ts';
import { exportCommand } from './cli/export.ts';
import { ledger } from './cli/ledger.ts';
import { lint } from './cli/lint.ts';
import { hubFolder } from './cli/openHub.ts';
import { packageFacts } from './cli/packageFacts.ts';
import { parked } from './cli/parked.ts';
import { run } from './cli/run.ts';
import { start } from './cli/start.ts';
import { stock } from './cli/stock.ts';
import type { Terminal } from './cli/terminal.ts';
import { processTerminal } from './cli/terminal.ts';
import { verify } from './cli/verify.ts';
import { FaultList, faultOf, formatFault, isStockbusError } from './errors.ts';

const commands: readonly CliCommand[] = [
  start,
  run,
  lint,
  stock,
  ledger,
  exportCommand,
  parked,
  verify,
  demo,
];

async function main(line: readonly string[], terminal: Terminal): Promise<number> {
  const [name = '--help', ...rest] = line;
  if (name === '--help' || name === '-h' || name === 'help') return showHelp(rest[0], terminal);
  if (name === '--version' || name === '-v') {
    terminal.out(`${packageFacts().version}\n`);
    return 0;
  }
  const command = findCommand(name);
  const parsed = parseLine(command, rest);
  if (parsed.options.help !== undefined) {
    terminal.out(helpOf(command));
    return 0;
  }
  const { env } = process;
  const workingFolder = process.cwd();
  const folder = hubFolder(parsed.options.config);
  // Paths in config/ and flows/ are from the folder that holds them, wherever the command was called.
  if (existsSync(folder)) process.chdir(folder);
  return command.run({ ...parsed, folder, workingFolder, env, terminal });
}

function findCommand(name: string): CliCommand {
  const command = commands.find((candidate) => candidate.name === name);
  if (command) return command;
  const known = commands.map((candidate) => candidate.name);
  throw unknownName(name.startsWith('-') ? 'option' : 'command', name, known);
}

function showHelp(name: string | undefined, terminal: Terminal): number {
  if (name !== undefined) {
    terminal.out(helpOf(findCommand(name)));
    return 0;
  }
  terminal.out(
    [
      'Stockbus: an integration hub for inventory.',
      '',
      '  stockbus COMMAND [options]',
      '',
      ...columns(commands.map((command) => [command.name, command.about])),
      '',
      'Each command explains itself: stockbus COMMAND --help',
      'See what it does in 20 seconds: stockbus demo',
      '',
    ].join('\n'),
  );
  return 0;
}

function report(error: unknown, terminal: Terminal): number {
  if (error instanceof FaultList) terminal.err(`${error.message}\n`);
  else terminal.err(`stockbus: ${formatFault(faultOf(error))}\n`);
  if (process.env.STOCKBUS_DEBUG === '1' && error instanceof Error) {
    terminal.err(`${error.stack ?? error.message}\n`);
    if (error.cause instanceof Error) terminal.err(`caused by ${error.cause.stack}\n`);
  }
  return isStockbusError(error, 'CLI_USAGE') ? 2 : 1;
}

const terminal = processTerminal();
try {
  process.exitCode = await main(process.argv.slice(2), terminal);
} catch (error) {
  process.exitCode = report(error, terminal);
}
