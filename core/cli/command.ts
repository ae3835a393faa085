/** What a command of the command line declares, and how its arguments are read. */
import { parseArgs } from 'node:util';
import { nearestName, StockbusError } from '../errors.ts';
import type { Terminal } from './terminal.ts';

export interface OptionSpec {
  about: string;
  /** What stands for the value in the help; a flag has none. */
  value?: string;
  choices?: readonly string[];
}

export interface ArgumentSpec {
  name: string;
  about: string;
  choices?: readonly string[];
  optional?: boolean;
  /** Of the last: it may be given several times. */
  many?: boolean;
}

export interface CliCommand {
  name: string;
  about: string;
  arguments: readonly ArgumentSpec[];
  options: Readonly<Record<string, OptionSpec>>;
  examples: readonly string[];
  /** Those besides 0 (done), 1 (failed with the reason) and 2 (the line was wrong), or that mean more. */
  exitCodes?: Readonly<Record<number, string>>;
  /** Resolves with the exit code. */
  run(invocation: Invocation): Promise<number>;
}

export interface Invocation {
  arguments: readonly (string | undefined)[];
  /** Value of each option that was given; `''` for a flag. */
  options: Readonly<Record<string, string | undefined>>;
  /** Folder that holds config/ and flows/. */
  folder: string;
  /** Where the command was called: paths among its arguments are from there. */
  workingFolder: string;
  env: Readonly<Record<string, string | undefined>>;
  terminal: Terminal;
}

/** Options that every command takes. */
export const commonOptions = {
  config: { value: 'DIR', about: 'Folder that holds config/ and flows/. Default: this folder.' },
  help: { about: 'Show what the command does and takes.' },
} as const satisfies Record<string, OptionSpec>;

export const usageError = (message: string, todo?: string): StockbusError =>
  new StockbusError('CLI_USAGE', message, undefined, todo === undefined ? {} : { todo });

/** `did you mean 'start'?`, or all there are. */
export function unknownName(what: string, name: string, known: readonly string[]): StockbusError {
  return usageError(`there is no ${what} '${name}'`, nearOrAll(name, known));
}

function notChosen(where: string, value: string, known: readonly string[]): StockbusError {
  return usageError(`${where} does not know '${value}'`, nearOrAll(value, known));
}

function nearOrAll(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  return near ? `did you mean '${near}'?` : `known: ${known.join(', ')}`;
}

export interface ParsedLine {
  arguments: string[];
  options: Record<string, string>;
}

/** Reads what stands behind the command's name. Throws CLI_USAGE, with the nearest name. */
export function parseLine(command: CliCommand, line: readonly string[]): ParsedLine {
  const known: Record<string, OptionSpec> = { ...commonOptions, ...command.options };
  const options = Object.fromEntries(
    Object.entries(known).map(([name, spec]) => [
      name,
      { type: spec.value ? ('string' as const) : ('boolean' as const) },
    ]),
  );
  const { tokens, positionals } = parseArgs({
    args: [...line],
    options: { ...options, help: { type: 'boolean', short: 'h' } },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given: Record<string, string> = {};
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const spec = known[token.name];
    if (!spec) throw unknownOption(token.rawName, Object.keys(known));
    given[token.name] = optionValue(token.name, spec, token.value);
  }
  if (given.help === undefined) checkArguments(command, positionals);
  return { arguments: positionals, options: given };
}

function unknownOption(rawName: string, known: readonly string[]): StockbusError {
  const near = nearestName(rawName.replace(/^-+/, ''), known);
  return usageError(
    `there is no option '${rawName}' here`,
    near ? `did you mean '--${near}'?` : `known: ${known.map((name) => `--${name}`).join(', ')}`,
  );
}

function optionValue(name: string, spec: OptionSpec, value: string | undefined): string {
  if (!spec.value) {
    if (value !== undefined) throw usageError(`--${name} takes no value`);
    return '';
  }
  if (value === undefined || value === '') {
    throw usageError(`--${name} needs a value`, `write --${name} ${spec.value}`);
  }
  if (spec.choices && !spec.choices.includes(value)) {
    throw notChosen(`--${name}`, value, spec.choices);
  }
  return value;
}

function checkArguments(command: CliCommand, given: readonly string[]): void {
  for (const [index, spec] of command.arguments.entries()) {
    const value = given[index];
    if (value === undefined) {
      if (spec.optional) continue;
      throw usageError(
        `${spec.name} is missing`,
        `write stockbus ${command.name} ${argumentLine(command)}`,
      );
    }
    if (spec.choices && !spec.choices.includes(value)) {
      throw notChosen(`stockbus ${command.name}`, value, spec.choices);
    }
  }
  if (command.arguments.at(-1)?.many) return;
  const extra = given[command.arguments.length];
  if (extra !== undefined) {
    throw usageError(
      `'${extra}' is one argument too many`,
      `write stockbus ${command.name} ${argumentLine(command)}`.trimEnd(),
    );
  }
}

const argumentLine = (command: CliCommand): string =>
  command.arguments
    .map(({ name, choices, optional, many }) => {
      const text = `${choices ? choices.join('|') : name}${many ? '…' : ''}`;
      return optional ? `[${text}]` : text;
    })
    .join(' ');

export function helpOf(command: CliCommand): string[] {
  const options = { ...command.options, ...commonOptions };
  const rows = Object.entries(options).map(
    ([name, spec]: [string, OptionSpec]) =>
      [
        `--${name}${spec.value ? ` ${spec.value}` : ''}`,
        `${spec.about}${spec.choices ? ` One of ${spec.choices.join(', ')}.` : ''}`,
      ] as const,
  );
  const argumentRows = command.arguments.map((spec) => [spec.name, spec.about] as const);
  return [
    command.about,
    '',
    `  stockbus ${[command.name, argumentLine(command), '[options]'].filter(Boolean).join(' ')}`,
    '',
    ...columns([...argumentRows, ...rows]),
    '',
    ...exitCodeLines(command),
    command.examples.length > 1 ? 'Examples:' : 'Example:',
    ...command.examples.map((example) => `  ${example}`),
  ];
}

function exitCodeLines({ exitCodes }: CliCommand): string[] {
  if (!exitCodes) return [];
  const rows = Object.entries(exitCodes).map(([code, what]) => [code, what] as const);
  return ['Exit codes:', ...columns([['0', 'done'], ...rows]), ''];
}

export function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`);
}
