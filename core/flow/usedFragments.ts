/** The fragments that a flow uses, with what it gives them. */
import { type FaultSink, type Field, isObject, type Path, suggestion } from '../spec.ts';
import { custom } from './namedField.ts';

export interface Fragment {
  /** False for one that cannot be read, of which nothing is known. */
  isRead: boolean;
  parameters: Readonly<Record<string, 'text' | 'number' | 'table'>>;
  functions: Readonly<Record<string, string>>;
}

export interface Use {
  name: string;
  given: Readonly<Record<string, unknown>>;
}

/** `ubl`, or `{ partner: { table: gln } }` */
export function useField(): Field<Use> {
  return custom<Use>({
    about: 'A fragment of config/fragments by its name, or by its name with its parameters.',
    kind: 'fragment',
    schema: {
      anyOf: [
        { type: 'string' },
        {
          type: 'object',
          minProperties: 1,
          maxProperties: 1,
          additionalProperties: { type: 'object' },
        },
      ],
    },
    read(value, path, report) {
      if (typeof value === 'string') return { name: value, given: {} };
      const [entry, ...others] = isObject(value) ? Object.entries(value) : [];
      const [name, given] = entry ?? [];
      if (name !== undefined && isObject(given) && others.length === 0) return { name, given };
      const message = `${JSON.stringify(value) ?? 'nothing'} is not a fragment`;
      const todo = 'write its name, or { name: { parameter: value } }';
      report({ path, code: 'CONFIG_WRONG_TYPE', message, todo });
      return undefined;
    },
  });
}

interface Known {
  fragments: ReadonlyMap<string, Fragment>;
  tables: ReadonlyMap<string, unknown>;
}

/** The fragment, with `$name := value;` for each of its parameters. */
export function fragmentOf(
  { name, given }: Use,
  path: Path,
  { fragments, tables }: Known,
  report: FaultSink,
): (Fragment & { bound: string }) | undefined {
  const fragment = fragments.get(name);
  if (!fragment) {
    const known = [...fragments.keys()];
    const todo = known.length > 0 ? suggestion(name, known) : `add config/fragments/${name}.yaml`;
    const message = `there is no fragment '${name}'`;
    report({ path, code: 'CONFIG_BAD_VALUE', message, todo });
    return undefined;
  }
  if (!fragment.isRead) return undefined;
  const { parameters } = fragment;
  for (const other of Object.keys(given)) {
    if (Object.hasOwn(parameters, other)) continue;
    const message = `'${other}' is not a parameter of ${name}`;
    const todo = suggestion(other, Object.keys(parameters));
    report({
      path: [...path, name, other],
      onKey: true,
      code: 'CONFIG_UNKNOWN_FIELD',
      message,
      todo,
    });
  }
  const bound = Object.entries(parameters).map(([parameter, type]) => {
    const value = given[parameter];
    const wrong = faultOfValue(value, type, tables);
    if (wrong === undefined) return `$${parameter} := ${JSON.stringify(value)}; `;
    const at = value === undefined ? path : [...path, name, parameter];
    report({ path: at, code: 'CONFIG_BAD_VALUE', message: `'${parameter}' of ${name} ${wrong}` });
    return `$${parameter} := null; `;
  });
  return { ...fragment, bound: bound.join('') };
}

function faultOfValue(
  value: unknown,
  type: 'text' | 'number' | 'table',
  tables: Known['tables'],
): string | undefined {
  if (value === undefined) return `is missing, which is a ${type}`;
  if (type === 'number') return typeof value === 'number' ? undefined : 'is no number';
  if (typeof value !== 'string') return `is no ${type}`;
  return type === 'text' || tables.has(value) ? undefined : `names no table, '${value}'`;
}
