/**
 * Variables whose value lies in a file: with `NAME_FILE` in the environment, `${NAME}` is what that file holds, without the
 * line feed at its end. So secrets are mounted by Docker and Kubernetes, and are seen neither among the variables of the
 * process nor in its arguments. Each reload reads the files again.
 */
import { isAbsolute } from 'node:path';
import type { Fault } from '../errors.ts';
import { readConfigText } from './configText.ts';
import { overrides } from './environment.ts';

type Env = Readonly<Record<string, string | undefined>>;

const SUFFIX = '_FILE';

/** The environment with the values of the files that the configuration asks for; what is wrong with one goes to `faults`. */
export async function withVariableFiles(env: Env, text: string, faults: Fault[]): Promise<Env> {
  const filled: Record<string, string | undefined> = { ...env };
  for (const [variable, file] of Object.entries(env)) {
    const name = variable.slice(0, -SUFFIX.length);
    if (!file || !variable.endsWith(SUFFIX) || !isAskedFor(name, text)) continue;
    if (env[name]) faults.push(bothSet(name, variable));
    else filled[name] = await contentOf(variable, file, faults);
  }
  return filled;
}

const isAskedFor = (name: string, text: string): boolean =>
  text.includes(`\${${name}}`) ||
  text.includes(`\${${name}:-`) ||
  overrides.some(({ variable }) => variable === name);

async function contentOf(
  variable: string,
  file: string,
  faults: Fault[],
): Promise<string | undefined> {
  const found: Fault[] = [];
  const text = isAbsolute(file) ? await readConfigText('', file, found) : undefined;
  const value = text?.replace(/\r?\n$/, '');
  if (value) return value;
  const [first] = found;
  const problem = isAbsolute(file)
    ? 'there is no such file, or it is empty'
    : 'the path is relative';
  faults.push({
    code: 'CONFIG_UNREADABLE',
    message: `${variable}: ${first?.message ?? `${file}: ${problem}`}`,
    todo: 'Give it the absolute path of a file that the hub may read.',
  });
  return undefined;
}

const bothSet = (name: string, variable: string): Fault => ({
  code: 'CONFIG_BAD_VALUE',
  message: `${name} and ${variable} are both set`,
  todo: `Unset one of the two.`,
});
