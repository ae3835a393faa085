/** The grammar of one of several targets of a flow. */
import { eventTypes } from '../message.ts';
import {
  expression,
  type FaultSink,
  type Field,
  isObject,
  optional,
  type Path,
  record,
  suggestion,
  text,
  type Value,
} from '../spec.ts';
import { type Mapping, mappingField } from '../steps/mapping.ts';
import { type ConnectorEnd, connectorSchemas, readConnector } from './connectorEnd.ts';
import { type FlowEnd, toFlowField } from './flowNameField.ts';
import type { HubParts } from './hubParts.ts';
import { isCommandType } from './messageShape.ts';
import { custom } from './namedField.ts';
import { ownSinkFields } from './sinkFields.ts';
import { stepsInLists } from './stepsField.ts';

/** Which records a target takes, and what it makes of them. */
export interface TargetWords {
  when?: string | undefined;
  each?: string | undefined;
  map?: Mapping | undefined;
}

/** A target that is a message. */
export interface ToRoute extends TargetWords {
  type: string;
  key?: string | undefined;
}

/** A target that is a connector. */
export interface ToSink
  extends TargetWords,
    Omit<Partial<Value<ReturnType<typeof sinkRecord>>>, 'to'> {
  to: ConnectorEnd;
}

/** A target that is another flow. */
export interface ToFlow extends TargetWords {
  to: FlowEnd;
}

export type ToTarget = ToRoute | ToSink | ToFlow;

export const isRoute = (target: ToTarget): target is ToRoute => 'type' in target;
export const isSink = (target: ToTarget): target is ToSink =>
  'to' in target && target.to.form === 'connector';

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

const words = (parts: HubParts) => ({
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
      stepsInLists(parts.steps),
    ),
  ),
});

const messageWords = (parts: HubParts) => ({
  key: optional(
    expression(
      'Key of the messages of this target, instead of that of the flow; `$record` is what the target makes.',
    ),
  ),
  type: optional(typeField(parts)),
});

/** Editors know the types that there are; what is none of them is told with the nearest. */
function typeField(parts: HubParts): Field<string> {
  const plain = text('Type of the message.');
  return { ...plain, schema: { ...plain.schema, enum: commandTypesOf(parts) } };
}

const sinkWords = (parts: HubParts) => ({
  to: optional(sinkEndField(parts)),
  name: optional(
    text(
      'Of a connector: its name among the targets, in its queue, logs and tests; that of the connector when left out. In a subscription one target may be without: it has the queue that the flow had when it was its only one.',
      { pattern: NAME, shape: 'lower-case letters, digits and dashes' },
    ),
  ),
  ...ownSinkFields(parts),
});

const sinkRecord = (parts: HubParts) => record('', sinkWords(parts));

const OF_MESSAGES = ['key'] as const;
/** How a connector is sent to. */
export const sinkWordNames = ['write', 'batch', 'retry', 'throttle', 'expire'] as const;
const OF_SINKS = ['name', ...sinkWordNames] as const;

export function targetField(parts: HubParts): Field<ToTarget> {
  const all = record('One target.', {
    ...words(parts),
    ...messageWords(parts),
    ...sinkWords(parts),
  });
  const { fallback: _, ...declared } = all;
  return {
    ...declared,
    read(value, path, report) {
      const read = all.read(value, path, report);
      if (!read) return undefined;
      const { type, to, key, when, each, map, ...sink } = read;
      const taken = { when, each, map };
      if (type !== undefined && to === undefined) {
        const isAlone = refuse(read, OF_SINKS, 'a message', path, report);
        const isKnown = checkType(type, [...path, 'type'], parts, report);
        return isAlone && isKnown ? { ...taken, key, type } : undefined;
      }
      if (type === undefined && to !== undefined) {
        if (to.form === 'flow') {
          const none = [...OF_MESSAGES, ...OF_SINKS];
          return refuse(read, none, 'a flow', path, report) ? { ...taken, to } : undefined;
        }
        const isAlone = refuse(read, OF_MESSAGES, 'a connector', path, report);
        return isAlone ? { ...taken, ...sink, to } : undefined;
      }
      report({
        path,
        code: type === undefined ? 'CONFIG_MISSING_FIELD' : 'CONFIG_BAD_VALUE',
        message: type === undefined ? "'type' is missing" : "'type' and 'to' stand side by side",
        todo: "write 'type:' for a message, or 'to:' with a connector or a flow",
      });
      return undefined;
    },
  };
}

function refuse(
  target: Readonly<Record<string, unknown>>,
  names: readonly string[],
  of: string,
  path: Path,
  report: FaultSink,
): boolean {
  const given = names.filter((name) => target[name] !== undefined);
  for (const name of given) {
    const message = `'${name}' has no meaning in a target that is ${of}`;
    const at = { path: [...path, name], onKey: true };
    report({ ...at, code: 'CONFIG_BAD_VALUE', message, todo: 'remove it' });
  }
  return given.length === 0;
}

function sinkEndField({ connectors }: HubParts): Field<ConnectorEnd | FlowEnd> {
  return custom({
    about:
      'In place of a type: a connector, which has a queue of its own, in which it is retried alone; or, of a flow into stock, `{ flow: NAME }`, which takes the record over.',
    kind: 'connector, or flow',
    schema: { anyOf: [...connectorSchemas(connectors, 'to'), toFlowField.schema] },
    read(value, path, report) {
      if (isObject(value) && 'flow' in value) return toFlowField.read(value, path, report);
      if (isObject(value)) return readConnector(value, path, report, connectors, 'to');
      const message = `${JSON.stringify(value)} is no connector`;
      report({ path, code: 'CONFIG_WRONG_TYPE', message, todo: 'write such as { folder: audit }' });
      return undefined;
    },
  });
}

export const commandTypesOf = ({ schemas }: HubParts): string[] =>
  Object.keys(schemas).filter((type) => isCommandType(type, schemas));

/** Whether it is a message that a flow can make; a fault if not. `others`: words that may stand there, too. */
export function checkType(
  type: string,
  path: Path,
  parts: HubParts,
  report: FaultSink,
  others: readonly string[] = [],
): boolean {
  if (isCommandType(type, parts.schemas)) return true;
  const commands = commandTypesOf(parts);
  const event = (eventTypes as readonly string[]).includes(type);
  report({
    path,
    code: event ? 'FLOW_NO_DIRECTION' : 'FLOW_UNKNOWN_MESSAGE',
    message: event
      ? `'${type}' is an event; only the hub itself makes it`
      : `'${type}' is not a message type`,
    todo: event ? `use one of ${commands.join(', ')}` : suggestion(type, [...commands, ...others]),
  });
  return false;
}
