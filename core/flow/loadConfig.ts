/** Reads config/hub.yaml, with variables of the environment in the place of `${NAME:-default}`. */
import { resolve } from 'node:path';
import type { Fault, Place } from '../errors.ts';
import { isVirtual, transitPool } from '../ledger.ts';
import type { ConnectorSpec } from '../ports.ts';
import { type FaultSink, type Field, isObject, type Path, record, type Value } from '../spec.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { checkAccountRules, checkAccounts, tellSameAccounts } from './checkAccounts.ts';
import { configFields } from './configFields.ts';
import { configSettings } from './configSettings.ts';
import { readConfigText } from './configText.ts';
import { variableOf, withEnvironment } from './environment.ts';
import type { HubConfig } from './hubConfig.ts';
import { loadRates } from './rateTable.ts';
import { withVariableFiles } from './variableFiles.ts';
import { YamlFile } from './yamlFile.ts';

export type Env = Readonly<Record<string, string | undefined>>;

const FILE = 'config/hub.yaml';

type Fields = ReturnType<typeof configFields>;
type ReadConfig = { [Name in keyof Fields]: Value<Fields[Name]> };

export function configField(connectors: readonly ConnectorSpec[]): Field<ReadConfig> {
  return record('config/hub.yaml', configFields(connectors)) as Field<ReadConfig>;
}

/** Faults go to `faults`; the result is undefined when there were any. */
export async function loadConfig(
  folder: string,
  given: Env,
  connectors: readonly ConnectorSpec[],
  faults: Fault[],
): Promise<HubConfig | undefined> {
  const text = await readText(folder, faults);
  if (text === undefined) return undefined;
  const env = await withVariableFiles(given, text, faults);
  const yaml = new YamlFile(FILE, text, (value) => substitute(value, env));
  faults.push(...yaml.faults);
  if (yaml.value === undefined) return undefined;
  const report: FaultSink = ({ path, code, message, todo, onKey }) => {
    const variable = variableOf(path, env);
    // What stands for a variable that is missing is told already.
    if (variable === undefined && isAmong(yaml.placeOf(path, onKey), yaml.faults)) return;
    faults.push({
      code,
      message: variable === undefined ? message : `${variable}: ${message}`,
      ...(variable === undefined ? { at: yaml.placeOf(path, onKey) } : {}),
      ...(todo === undefined ? {} : { todo }),
    });
  };
  const value = withEnvironment(yaml.value, env);
  const read = configField(connectors).read(value, [], report);
  const stock = read?.stock ?? stockAlone(value, connectors);
  if (!stock) return undefined;
  checkPools(stock, report);
  checkAccounts(stock, report);
  checkAccountRules(stock, report);
  checkDates(stock, report);
  tellSameAccounts(stock, report);
  const isNamed = Object.hasOwn(stockOf(yaml.value), 'rates');
  const rates = await ratesOf(stock, folder, isNamed, report, faults);
  if (!read || yaml.faults.length > 0) return undefined;
  const settings = configSettings(configFields(connectors), value, connectors, {
    placeOf: (path) => (yaml.has(path) ? yaml.placeOf(path) : undefined),
    variableOf: (path) => variableOf(path, env),
  });
  return { ...asConfig(read, rates, folder), settings };
}

const isAmong = (place: Place, faults: readonly Fault[]): boolean =>
  faults.some(({ at }) => at?.line === place.line && at?.column === place.column);

/** What the stock is to be, where something else in the file cannot be read. */
function stockAlone(
  value: unknown,
  connectors: readonly ConnectorSpec[],
): ReadConfig['stock'] | undefined {
  const field: Field<ReadConfig['stock']> = configFields(connectors).stock;
  const given = isObject(value) ? value.stock : undefined;
  return given === undefined ? field.fallback : field.read(given, ['stock'], () => undefined);
}

async function readText(folder: string, faults: Fault[]): Promise<string | undefined> {
  const before = faults.length;
  const text = await readConfigText(folder, FILE, faults);
  if (text === undefined && faults.length === before) {
    faults.push({
      code: 'CONFIG_UNREADABLE',
      message: `${resolve(folder)} has no ${FILE}`,
      at: { file: FILE, line: 1, column: 1 },
    });
  }
  return text;
}

/** `$${` is the text `${`; a default holds no variable itself. */
const VARIABLE = /\$\$\{|\$\{(?:([A-Za-z_][A-Za-z0-9_]*)(?::-((?:(?!\$\{)[^}])*))?\})?/g;

/** An empty variable counts as not set, as in a shell's `:-`. */
export function substitute(text: string, env: Env): { text: string } | { fault: Fault } {
  let missing: string | undefined;
  let strange: string | undefined;
  const result = text.replace(
    VARIABLE,
    (whole, name: string | undefined, fallback: string | undefined, offset: number) => {
      if (whole === '$${') return '${';
      if (name === undefined) strange ??= text.slice(offset, offset + 40);
      const value = name === undefined ? '' : env[name] || fallback;
      if (value === undefined) missing ??= name;
      return value ?? '';
    },
  );
  if (strange !== undefined) return { fault: notAVariable(strange) };
  if (missing === undefined) return { text: result };
  return {
    fault: {
      code: 'CONFIG_MISSING_VARIABLE',
      message: `the variable ${missing} is not set`,
      todo: `set it, or ${missing}_FILE to the path of a file that holds its value, or give a default: \${${missing}:-default}`,
    },
  };
}

const notAVariable = (text: string): Fault => ({
  code: 'CONFIG_BAD_VALUE',
  message: `'${text}' is not a variable of the environment`,
  todo: 'write ${NAME} or ${NAME:-default}, without another variable inside; for the text itself, $${',
});

function checkPools(stock: ReadConfig['stock'], report: FaultSink): void {
  const owners = new Map<string, string>();
  for (const [pool, places] of Object.entries(stock.pools)) {
    const refuse = (at: Path, message: string, todo: string) =>
      report({ path: ['stock', 'pools', pool, ...at], code: 'CONFIG_BAD_VALUE', message, todo });
    if (pool === transitPool) {
      const message = `'${pool}' is the pool of what is under way`;
      report({
        path: ['stock', 'pools', pool],
        onKey: true,
        code: 'CONFIG_BAD_VALUE',
        message,
        todo: 'give it another name',
      });
    }
    places.forEach((place, index) => {
      const other = owners.get(place);
      if (isVirtual(place)) {
        refuse([index], `'${place}' is no place of ours: it has no pool to choose`, 'remove it');
      } else if (other !== undefined) {
        refuse(
          [index],
          `the place '${place}' is in the pool '${other}' already`,
          'keep it in one pool',
        );
      }
      owners.set(place, pool);
    });
  }
}

function checkDates({ dates }: ReadConfig['stock'], report: FaultSink): void {
  if (dates.to === undefined || dates.to >= dates.from) return;
  report({
    path: ['stock', 'dates', 'to'],
    code: 'CONFIG_BAD_VALUE',
    message: `the last day, ${dates.to}, is before the first, ${dates.from}`,
    todo: 'turn them round',
  });
}

const stockOf = (value: unknown): object => {
  const stock = isObject(value) ? value.stock : undefined;
  return isObject(stock) ? stock : {};
};

/** Only a file that somebody named must be there. */
async function ratesOf(
  stock: ReadConfig['stock'],
  folder: string,
  named: boolean,
  report: FaultSink,
  faults: Fault[],
): Promise<StockPolicy['rates']> {
  const rates = await loadRates(folder, stock.rates, stock.currency, faults);
  if (rates) return rates;
  if (named) {
    report({
      path: ['stock', 'rates'],
      code: 'CONFIG_BAD_VALUE',
      message: `there is no file config/${stock.rates}`,
      todo: 'make it, with the columns currency, from and rate',
    });
  }
  return {};
}

const httpOf = (
  { token, tls, origin, cache, ...http }: ReadConfig['http'],
  folder: string,
): HubConfig['http'] => ({
  ...http,
  token: token || undefined,
  origin: origin && new URL(origin).origin,
  cache: cache && { maxAgeMs: cache.maxAge, entries: cache.entries, bytes: cache.bytes },
  tls: tls && { cert: resolve(folder, tls.cert), key: resolve(folder, tls.key) },
});

function asConfig(
  read: ReadConfig,
  rates: StockPolicy['rates'],
  folder: string,
): Omit<HubConfig, 'settings'> {
  return {
    name: read.name || undefined,
    dataFolder: resolve(folder, read.data),
    broker: read.broker,
    store: read.store,
    http: httpOf(read.http, folder),
    stock: { ...read.stock, rates, units: new Map() },
    connectors: read.connectors,
    roles: read.roles,
    apply: read.apply,
    events: { keepMs: read.events.keep },
    keep: {
      parked: { keepMs: read.parked.keep, most: read.parked.most },
      dead: { keepMs: read.dead.keep, most: read.dead.most },
    },
    replayBy: read.parked.replayBy,
    history: {
      keepMs: read.history.keep,
      steps: read.history.steps,
      redact: read.history.redact,
    },
  };
}
