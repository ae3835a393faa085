/** The two ends of a flow: `from` and `to`. */
import { eventTypes } from '../message.ts';
import type { ConnectorSpec, NamedStep } from '../ports.ts';
import {
  expression,
  type FaultSink,
  type Field,
  isObject,
  type JsonSchema,
  list,
  optional,
  type Path,
  record,
  suggestion,
  text,
} from '../spec.ts';
import { type Mapping, mappingField } from '../steps/mapping.ts';
import { cronField } from './cronField.ts';
import type { HubParts } from './hubParts.ts';
import { isCommandType } from './messageShape.ts';
import { custom, nameIn } from './namedField.ts';
import { stepsInLists } from './stepsField.ts';
import { zoneField } from './zoneField.ts';

export type FromEnd =
  | { form: 'events'; types: string[] }
  | { form: 'schedule'; cron: string; zone: string }
  | { form: 'connector'; spec: ConnectorSpec; connector: string | undefined; options: unknown };

/** One of the targets of a flow into stock. */
export interface ToRoute {
  when?: string | undefined;
  each?: string | undefined;
  map?: Mapping | undefined;
  key?: string | undefined;
  type: string;
}

export type ToEnd =
  | { form: 'message'; routes: ToRoute[] }
  | { form: 'connector'; spec: ConnectorSpec; connector: string | undefined; options: unknown };

/** Connectors that need no entry under `connectors:`, by the name that says so. */
export const ANY = 'any';

type ConnectorEnd = Extract<FromEnd, { form: 'connector' }>;

function connectorSchemas(connectors: readonly ConnectorSpec[], side: 'from' | 'to'): JsonSchema[] {
  return connectors.flatMap((spec) => {
    const use = spec[side];
    if (!use) return [];
    const { properties = {}, required = [] } = use.schema as {
      properties?: object;
      required?: string[];
    };
    const own = {
      [spec.name]: {
        type: 'string',
        description: `${spec.about} The name of one under connectors in config/hub.yaml.`,
      },
    };
    return [
      {
        type: 'object',
        additionalProperties: false,
        required: [spec.name, ...required],
        properties: { ...own, ...properties },
      },
    ];
  });
}

/** `{ folder: erp-inbox, pattern: … }`: the kind, a connector's name, and the options of this use. */
function readConnector(
  value: Record<string, unknown>,
  path: Path,
  report: FaultSink,
  connectors: readonly ConnectorSpec[],
  side: 'from' | 'to',
): ConnectorEnd | undefined {
  const able = connectors.filter((spec) => spec[side] !== undefined);
  const known = able.map((spec) => spec.name);
  const kind = nameIn(
    value,
    known,
    path,
    'FLOW_UNKNOWN_CONNECTOR',
    `kind of connector that can stand in '${side}'`,
    report,
  );
  if (kind === undefined) return undefined;
  const spec = able.find((one) => one.name === kind)!;
  const { [kind]: name, ...use } = value;
  const options = spec[side]!.read(use, path, report);
  if (typeof name !== 'string') {
    report({
      path: [...path, kind],
      code: 'CONFIG_WRONG_TYPE',
      message: `${JSON.stringify(name)} is not the name of a connector`,
      todo: 'write the name of one under connectors in config/hub.yaml',
    });
    return undefined;
  }
  if (options === undefined) return undefined;
  return { form: 'connector', spec, connector: name === ANY ? undefined : name, options };
}

export function fromField(parts: HubParts): Field<FromEnd> {
  const { connectors } = parts;
  const kinds = connectors.filter((spec) => spec.from).map((spec) => spec.name);
  const names = [...eventTypes, ...kinds];
  const schedule = record('A report: when it is made.', {
    schedule: cronField(
      'Five fields of cron: minute, hour, day of the month, month, day of the week. What never runs, such as the 31st of February, is refused.',
    ),
    zone: optional(zoneField('Time zone of the schedule.'), 'UTC'),
  });
  return custom<FromEnd>({
    about: 'Where records come from: a connector, events of the hub, or a schedule.',
    kind: 'connector, event types, or schedule',
    schema: {
      anyOf: [
        { type: 'string', enum: names },
        { type: 'array', items: { type: 'string', enum: eventTypes }, minItems: 1 },
        schedule.schema,
        ...connectorSchemas(connectors, 'from'),
      ],
    },
    read(value, path, report) {
      if (typeof value === 'string' && kinds.includes(value))
        return readConnector({ [value]: ANY }, path, report, connectors, 'from');
      if (typeof value === 'string') return readEvents([value], () => path, report, parts, names);
      if (Array.isArray(value))
        return readEvents(value, (index) => [...path, index], report, parts, eventTypes);
      if (isObject(value) && 'schedule' in value) {
        const read = schedule.read(value, path, report);
        return read && { form: 'schedule', cron: read.schedule, zone: read.zone };
      }
      if (isObject(value)) return readConnector(value, path, report, connectors, 'from');
      report({
        path,
        code: 'CONFIG_WRONG_TYPE',
        message: `${JSON.stringify(value)} is no end of a flow`,
        todo: 'write a connector, an event type, or a schedule',
      });
      return undefined;
    },
  });
}

function readEvents(
  values: readonly unknown[],
  pathOf: (index: number) => Path,
  report: FaultSink,
  parts: HubParts,
  known: readonly string[],
): FromEnd | undefined {
  let good = values.length > 0;
  values.forEach((value, index) => {
    if ((eventTypes as readonly unknown[]).includes(value)) return;
    good = false;
    const name = String(value);
    const command = isCommandType(name, parts.schemas);
    report({
      path: pathOf(index),
      code: command ? 'FLOW_NO_DIRECTION' : 'FLOW_UNKNOWN_MESSAGE',
      message: command
        ? `'${name}' is a command, and flows come from events`
        : `'${name}' is not an event type`,
      todo: command
        ? `use ${eventTypes.join(' or ')}, or write it in 'to'`
        : suggestion(name, known),
    });
  });
  return good ? { form: 'events', types: values.map(String) } : undefined;
}

/** The grammar of one of several targets of a flow into stock. */
export const targetField = (steps?: Field<readonly NamedStep[]>) =>
  record('One target.', {
    when: optional(
      expression(
        'Takes the record when this is true of the mapped record (`$source` is the record as read). A field that is missing is a fault, as in a filter.',
      ),
    ),
    each: optional(
      expression(
        'A list of the mapped record: one message of each of its elements, which the map then reads; `$parent` is the record around it and `$index` its place. A list that gives nothing makes no message.',
      ),
    ),
    map: optional(
      mappingField(
        'What this target makes of the mapped record, or of the element, as the step `map` does; without it, that goes as it is.',
        steps,
      ),
    ),
    key: optional(
      expression(
        'Key of the messages of this target, instead of that of the flow; `$record` is what the target makes.',
      ),
    ),
    type: text('Type of the message.'),
  });

export function toField(parts: HubParts): Field<ToEnd> {
  const target = targetField(stepsInLists(parts.steps));
  const commands = Object.keys(parts.schemas).filter((type) => isCommandType(type, parts.schemas));
  return custom<ToEnd>({
    about:
      'Where records go: a message type, several targets (the first that fits, or by `mode: all` each that fits), or a connector.',
    kind: 'message type, targets, or connector',
    schema: {
      anyOf: [
        { type: 'string', enum: commands },
        { type: 'array', minItems: 1, items: target.schema },
        ...connectorSchemas(parts.connectors, 'to'),
      ],
    },
    read(value, path, report) {
      const check = (type: string, at: Path): boolean => {
        if (isCommandType(type, parts.schemas)) return true;
        const event = (eventTypes as readonly string[]).includes(type);
        report({
          path: at,
          code: event ? 'FLOW_NO_DIRECTION' : 'FLOW_UNKNOWN_MESSAGE',
          message: event
            ? `'${type}' is an event; only the hub itself makes it`
            : `'${type}' is not a message type`,
          todo: event ? `use one of ${commands.join(', ')}` : suggestion(type, commands),
        });
        return false;
      };
      if (typeof value === 'string')
        return check(value, path) ? { form: 'message', routes: [{ type: value }] } : undefined;
      if (Array.isArray(value)) {
        const routes = list('Routes.', target, { min: 1 }).read(value, path, report);
        if (!routes) return undefined;
        const good = routes.map((one, index) => check(one.type, [...path, index, 'type']));
        return good.includes(false) ? undefined : { form: 'message', routes };
      }
      if (isObject(value)) return readConnector(value, path, report, parts.connectors, 'to');
      report({
        path,
        code: 'CONFIG_WRONG_TYPE',
        message: `${JSON.stringify(value)} is no end of a flow`,
        todo: 'write a message type or a connector',
      });
      return undefined;
    },
  });
}
