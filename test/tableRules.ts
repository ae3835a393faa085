/** What is counted and logged stands in one table each, and nothing else stands there. */
import { type Level, type LogEventSpec, logEvents } from '../core/logEvents.ts';
import { type MetricSpec, metricNames } from '../core/metricNames.ts';
import { readSource, type SourceFile } from './sourceText.ts';

const METRICS = 'core/metricNames.ts';
const EVENTS = 'core/logEvents.ts';
const add = (table: string): string =>
  `add a line to ${table}, in the place of its name, then npm run gen`;

/** Names in quotes. */
const METRIC = /'(stockbus_[a-z_]+)'/g;
const EVENT_NAME = /^[a-z]+(?:_[a-z]+)*\.[a-z]+(?:_[a-z]+)*$/;
const LOGGED =
  /'(debug|info|warn|error)',\s*'([a-z_]+[._][a-z_.]+)'(?:,\s*\{((?:[^{}]|\{[^{}]*\})*)\})?/g;

export function brokenTables(house: readonly SourceFile[]): string[] {
  const files = house.map(({ path, text }) => ({ path, text: readSource(text).statements }));
  const users = files.filter(({ path }) => path !== METRICS && path !== EVENTS);
  const all = users.map(({ text }) => text).join('\n');
  const isUsed = (name: string): boolean => all.includes(`'${name}'`);
  return [
    ...users.flatMap(unknownMetrics),
    ...users.flatMap(wrongEvents),
    ...brokenOrder(METRICS, Object.keys(metricNames)),
    ...brokenOrder(EVENTS, Object.keys(logEvents)),
    ...Object.entries(metricNames).flatMap(wrongMetric),
    ...Object.keys(metricNames)
      .filter((name) => !isUsed(name))
      .map((name) => `${METRICS} has ${name}, which nothing counts: take the line out`),
    ...Object.keys(logEvents)
      .filter((name) => !isUsed(name))
      .map((name) => `${EVENTS} has ${name}, which nothing tells: take the line out`),
    ...Object.keys(logEvents)
      .filter((name) => !EVENT_NAME.test(name))
      .map((name) => `${EVENTS} has ${name}: write it room.what_happened`),
  ];
}

function unknownMetrics({ path, text }: SourceFile): string[] {
  const names = [...text.matchAll(METRIC)].map(([, name]) => name!);
  return names
    .filter((name) => !Object.hasOwn(metricNames, name))
    .map((name) => `${path} counts ${name}, which is not in the table: ${add(METRICS)}`);
}

/** By name and kind: what Prometheus and who reads it expect. */
function wrongMetric([name, { kind }]: [string, MetricSpec]): string[] {
  if ((kind === 'counter') === name.endsWith('_total')) return [];
  return [`${METRICS} has ${name}: counters, and only they, end with _total`];
}

function wrongEvents({ path, text }: SourceFile): string[] {
  return [...text.matchAll(LOGGED)].flatMap(([, level, event, fields = '']) => {
    const spec: LogEventSpec | undefined = Object.hasOwn(logEvents, event!)
      ? logEvents[event as keyof typeof logEvents]
      : undefined;
    if (!spec) return [`${path} logs ${event}, which is not in the table: ${add(EVENTS)}`];
    const levels: readonly Level[] = [spec.level].flat();
    const wrong = namesOf(fields).filter((name) => !spec.fields.includes(name));
    return [
      ...(levels.includes(level as Level)
        ? []
        : [`${path} logs ${event} as ${level}, ${EVENTS} has it as ${levels.join(' or ')}`]),
      ...wrong.map((name) => `${path} logs ${event} with '${name}', which ${EVENTS} does not name`),
    ];
  });
}

/** Of an object as it stands in the text: those it writes out. */
const namesOf = (fields: string): string[] =>
  fields
    .replaceAll(/\{[^{}]*\}|\([^()]*\)/g, '')
    .split(',')
    .map((field) => /^\s*([a-zA-Z]+)\s*(?::|$)/.exec(field)?.[1])
    .filter((name) => name !== undefined);

function brokenOrder(table: string, names: readonly string[]): string[] {
  const at = names.findIndex((name, index) => index > 0 && name < names[index - 1]!);
  return at < 0 ? [] : [`${table} has ${names[at]} behind ${names[at - 1]}: sort by name`];
}
