/** The two ends of a flow: `from` and `to`. */
import { eventTypes } from '../message.ts';
import {
  type FaultSink,
  type Field,
  isObject,
  list,
  optional,
  type Path,
  record,
  suggestion,
} from '../spec.ts';
import { type CatchUp, catchUpField } from './catchUpField.ts';
import { ANY, type ConnectorEnd, connectorSchemas, readConnector } from './connectorEnd.ts';
import { cronField } from './cronField.ts';
import { type FlowsEnd, fromFlowField, toFlowField } from './flowNameField.ts';
import type { HubParts } from './hubParts.ts';
import { isCommandType } from './messageShape.ts';
import { custom } from './namedField.ts';
import { checkType, commandTypesOf, type ToTarget, targetField } from './targetFields.ts';
import { zoneField } from './zoneField.ts';

export type FromEnd =
  | { form: 'events'; types: string[] }
  | { form: 'schedule'; cron: string; zone: string; catchUp: CatchUp }
  | FlowsEnd
  | ConnectorEnd;

/** What it makes is waited for by other flows, and nothing else comes of it. */
export const AWAITED = 'awaited';

export type ToEnd = { form: 'targets'; targets: ToTarget[] } | { form: 'awaited' } | ConnectorEnd;

export function fromField(parts: HubParts): Field<FromEnd> {
  const { connectors } = parts;
  const kinds = connectors.filter((spec) => spec.from).map((spec) => spec.name);
  const names = [...eventTypes, ...kinds];
  const schedule = record('A report: when it is made.', {
    schedule: cronField(
      'Five fields of cron: minute, hour, day of the month, month, day of the week. What never runs, such as the 31st of February, is refused.',
    ),
    zone: optional(zoneField('Time zone of the schedule.'), 'UTC'),
    'catch-up': optional(catchUpField, 'last'),
  });
  return custom<FromEnd>({
    about: 'Where records come from: a connector, events of the hub, a schedule, or other flows.',
    kind: 'connector, event types, schedule, or flows',
    schema: {
      anyOf: [
        { type: 'string', enum: names },
        { type: 'array', items: { type: 'string', enum: eventTypes }, minItems: 1 },
        schedule.schema,
        fromFlowField.schema,
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
        if (!read) return undefined;
        const { schedule: cron, zone, 'catch-up': catchUp } = read;
        return { form: 'schedule', cron, zone, catchUp };
      }
      if (isObject(value) && 'flow' in value) return fromFlowField.read(value, path, report);
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

export function toField(parts: HubParts): Field<ToEnd> {
  const targets = list('Targets.', targetField(parts), { min: 1 });
  return custom<ToEnd>({
    about:
      'Where records go: a message type, a connector, another flow, several targets (the first that fits, or by `mode: all` each that fits), or `awaited`: to the flows that `await` what this one gives, and nowhere else.',
    kind: 'message type, targets, connector, flow, or awaited',
    schema: {
      anyOf: [
        { type: 'string', enum: [...commandTypesOf(parts), AWAITED] },
        targets.schema,
        toFlowField.schema,
        ...connectorSchemas(parts.connectors, 'to'),
      ],
    },
    read(value, path, report) {
      if (value === AWAITED) return { form: 'awaited' };
      if (typeof value === 'string') {
        const isKnown = checkType(value, path, parts, report, [AWAITED]);
        return isKnown ? { form: 'targets', targets: [{ type: value }] } : undefined;
      }
      if (Array.isArray(value)) {
        const read = targets.read(value, path, report);
        return read && { form: 'targets', targets: read };
      }
      if (isObject(value) && 'flow' in value) {
        const to = toFlowField.read(value, path, report);
        return to && { form: 'targets', targets: [{ to }] };
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
