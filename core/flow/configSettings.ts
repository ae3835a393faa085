/** What a hub runs by, value by value, each with the place that says so: for people who ask why it is as it is. */
import type { Place } from '../errors.ts';
import type { ConnectorSpec } from '../ports.ts';
import { type Field, isObject, type Path } from '../spec.ts';

export interface ConfigSetting {
  /** `stock.zone`, `connectors.erp.folder.path`. */
  name: string;
  /** As it stands there; of a secret only that there is one. */
  value: string;
  from: 'file' | 'environment' | 'default';
  at?: Place;
  /** Of the environment. */
  variable?: string;
}

export interface SettingPlaces {
  /** Undefined where the file does not say it. */
  placeOf(path: Path): Place | undefined;
  variableOf(path: Path): string | undefined;
}

export const HIDDEN = '•••';
/** Of a secret, and of what has one in it at any depth. */
const WRITE_ONLY = '"writeOnly":true';
const VALUE_CHARACTERS = 400;

/** Of all fields that are known, and of all connectors, in the order of the reference; `value` as the environment has it. */
export function configSettings(
  fields: Readonly<Record<string, Field<unknown>>>,
  value: unknown,
  connectors: readonly ConnectorSpec[],
  places: SettingPlaces,
): ConfigSetting[] {
  const walk = (of: Field<unknown>, path: Path, given: unknown): ConfigSetting[] => {
    if (path.length === 1 && path[0] === 'connectors') return ofConnectors(given, path);
    if (of.fields) return inFields(of.fields, path, given);
    const text = textOf(of, given);
    return text === undefined ? [] : [settingAt(path, text, given === undefined, places)];
  };
  const inFields = (inner: typeof fields, path: Path, given: unknown): ConfigSetting[] =>
    Object.entries(inner).flatMap(([name, field]) =>
      walk(field, [...path, name], isObject(given) ? given[name] : undefined),
    );
  const ofConnectors = (given: unknown, path: Path): ConfigSetting[] =>
    Object.entries(isObject(given) ? given : {}).flatMap(([name, one]) => {
      const kind = isObject(one) ? Object.keys(one)[0] : undefined;
      const spec = connectors.find((known) => known.name === kind);
      if (kind === undefined || !spec) return [];
      return walk(spec.config as Field<unknown>, [...path, name, kind], (one as never)[kind]);
    });
  return inFields(fields, [], value);
}

/** Undefined: nothing is said, and there is no default. */
function textOf({ schema }: Field<unknown>, given: unknown): string | undefined {
  const said = given ?? schema.default;
  if (said === undefined || said === '') return undefined;
  if (JSON.stringify(schema).includes(WRITE_ONLY)) return HIDDEN;
  const text = typeof said === 'string' ? said : JSON.stringify(said);
  return text.length > VALUE_CHARACTERS ? `${text.slice(0, VALUE_CHARACTERS)}…` : text;
}

function settingAt(
  path: Path,
  value: string,
  isDefault: boolean,
  { placeOf, variableOf }: SettingPlaces,
): ConfigSetting {
  const name = path.join('.');
  const variable = variableOf(path);
  if (variable !== undefined) return { name, value, from: 'environment', variable };
  const at = isDefault ? undefined : placeOf(path);
  return at ? { name, value, from: 'file', at } : { name, value, from: 'default' };
}
