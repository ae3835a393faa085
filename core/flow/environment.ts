/** Variables of the environment that stand in the place of what config/hub.yaml says. */
import { isObject, type Path } from '../spec.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface Override {
  variable: string;
  path: readonly [string] | readonly [string, string];
  isNumber?: true;
}

export const overrides: readonly Override[] = [
  { variable: 'STOCKBUS_NAME', path: ['name'] },
  { variable: 'STOCKBUS_DATA', path: ['data'] },
  { variable: 'STOCKBUS_BROKER', path: ['broker'] },
  { variable: 'STOCKBUS_STORE', path: ['store'] },
  { variable: 'STOCKBUS_PORT', path: ['http', 'port'], isNumber: true },
  { variable: 'STOCKBUS_HEALTH_PORT', path: ['http', 'healthPort'], isNumber: true },
  { variable: 'STOCKBUS_TOKEN', path: ['http', 'token'] },
  { variable: 'STOCKBUS_ORIGIN', path: ['http', 'origin'] },
];

const isSet = (env: Environment, { variable }: Override): boolean => Boolean(env[variable]);

/** The configuration as the environment has it; an empty variable counts as not set. */
export function withEnvironment(value: unknown, env: Environment): unknown {
  const config = value ?? {};
  if (!isObject(config)) return config;
  return overrides
    .filter((one) => isSet(env, one))
    .reduce((so, one) => overridden(so, one, env), config);
}

function overridden(
  config: Record<string, unknown>,
  { variable, path: [first, second], isNumber }: Override,
  env: Environment,
): Record<string, unknown> {
  const text = env[variable]!;
  const value = isNumber && /^\d+$/.test(text) ? parseInt(text, 10) : text;
  if (second === undefined) return { ...config, [first]: value };
  const inner = config[first] ?? {};
  // What is no section at all is told as such.
  return isObject(inner) ? { ...config, [first]: { ...inner, [second]: value } } : config;
}

/** The variable that gave the value at a path, where one did. */
export const variableOf = (path: Path, env: Environment): string | undefined =>
  overrides.find((one) => isSet(env, one) && one.path.join('\n') === path.join('\n'))?.variable;
