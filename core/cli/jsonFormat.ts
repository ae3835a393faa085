import type { Invocation, OptionSpec } from './command.ts';
import type { Terminal } from './terminal.ts';

/** Every command has one: for people, or for programs. A test walks all commands. */
export const jsonFormat: OptionSpec = {
  value: 'FORMAT',
  about: 'Default: text. JSON: one value, in one line, whose fields are never renamed.',
  choices: ['text', 'json'],
};

export const isJson = ({ options }: Pick<Invocation, 'options'>): boolean =>
  options.format === 'json';

/** One value in one line, with its bytes as they are. */
export const sayJson = (terminal: Terminal, value: unknown): Promise<void> =>
  terminal.outBytes(Buffer.from(`${JSON.stringify(value)}\n`));
