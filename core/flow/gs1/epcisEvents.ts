/** `$epcisEvents`: the events of a document of EPCIS in one shape, whether it is XML or JSON, of 1.2 or 2.0. */
import { isStockbusError } from '../../errors.ts';
import type { RecordValue } from '../../ports.ts';
import { isObject } from '../../spec.ts';
import { cbv } from './cbv.ts';
import { epcisHashOf, prefixesOf } from './epcisHash.ts';
import { ELEMENT, type EpcisNode, epcisNodes, type Prefixes } from './epcisNodes.ts';
import { gs1Fault } from './gs1Fault.ts';
import { gln } from './gs1Keys.ts';

const EVENT = /(?:Object|Aggregation|Transaction|Transformation|Association)Event$/;

interface Found {
  type: string;
  event: RecordValue;
}

export function epcisEvents(document: unknown): RecordValue[] | undefined {
  if (document === undefined || document === null) return undefined;
  const found = eventsIn(document);
  if (!found) {
    const todo = 'read whole documents, or their events by `records`';
    throw gs1Fault('GS1_BAD_EVENT', 'this is neither a document nor an event of EPCIS', todo);
  }
  const known = prefixesOf(isObject(document) ? document['@context'] : undefined);
  // What is not declared stands for itself: no event waits for fields that nobody here reads.
  const prefixes: Prefixes = { get: (prefix) => known.get(prefix) ?? prefix };
  return found.map((one) => shapeOf(one, prefixes));
}

function eventsIn(document: unknown): Found[] | undefined {
  if (Array.isArray(document)) return document.flatMap((one) => eventsIn(one) ?? []);
  if (!isObject(document)) return undefined;
  const type = document.type ?? document.isA ?? document[ELEMENT];
  if (typeof type === 'string' && EVENT.test(type))
    return [{ type: type.replace(/^.*:/, ''), event: document }];
  const body = document.epcisBody ?? document.EPCISBody;
  return isObject(body) ? inBody(body) : undefined;
}

function inBody(body: RecordValue): Found[] {
  const results = body.queryResults ?? body.QueryResults;
  const around = isObject(results) && isObject(results.resultsBody) ? results.resultsBody : body;
  if (isObject(around.EventList)) return inElement(around.EventList);
  return [around.eventList ?? around.event ?? []].flat().flatMap((one) => eventsIn(one) ?? []);
}

/** Elements of a list in XML; of EPCIS 1.2, some stand in extensions. */
function inElement(list: RecordValue): Found[] {
  return Object.entries(list).flatMap(([name, value]) =>
    [value].flat().flatMap((one): Found[] => {
      if (!isObject(one)) return [];
      if (name === 'extension') return inElement(one);
      return EVENT.test(name) ? [{ type: name, event: one }] : [];
    }),
  );
}

function shapeOf({ type, event }: Found, prefixes: Prefixes): RecordValue {
  const nodes = epcisNodes(event, prefixes);
  const text = (name: string): string => childText(nodes, name) ?? '';
  const word = (name: string): string => cbv(text(name)) ?? '';
  const things = (epcs: string, classes: string) => thingsIn(nodes, epcs, classes);
  return withoutNothing({
    type,
    id: text('eventID') || hashOf({ ...event, type }, prefixes),
    eventTime: text('eventTime'),
    ...{ action: text('action'), bizStep: word('bizStep'), disposition: word('disposition') },
    place: placeOf(nodes, 'bizLocation') ?? placeOf(nodes, 'readPoint') ?? '',
    parent: text('parentID'),
    goods: things('epcList', 'quantityList'),
    children: things('childEPCs', 'childQuantityList'),
    inputs: things('inputEPCList', 'inputQuantityList'),
    outputs: things('outputEPCList', 'outputQuantityList'),
    ilmd: fieldsOf(childOf(nodes, 'ilmd')?.children ?? []),
    error: errorOf(childOf(nodes, 'errorDeclaration')),
    event,
  });
}

/** Nothing of what cannot be hashed, which then has no key: the others of the document have theirs. */
function hashOf(event: RecordValue, prefixes: Prefixes): string | undefined {
  try {
    return epcisHashOf(event, prefixes);
  } catch (error) {
    if (isStockbusError(error)) return undefined;
    throw error;
  }
}

const childOf = (nodes: readonly EpcisNode[], name: string): EpcisNode | undefined =>
  nodes.find((node) => node.name === name);

const childText = (nodes: readonly EpcisNode[], name: string): string | undefined =>
  childOf(nodes, name)?.text;

/** What is told apart by itself is one; of a class as much as it says. */
function thingsIn(
  nodes: readonly EpcisNode[],
  epcs: string,
  classes: string,
): RecordValue[] | undefined {
  const single = (childOf(nodes, epcs)?.children ?? []).map(({ text }) => ({
    id: text,
    quantity: '1',
  }));
  const counted = (childOf(nodes, classes)?.children ?? []).map(({ children }) =>
    withoutNothing({
      id: childText(children, 'epcClass'),
      quantity: childText(children, 'quantity'),
      uom: childText(children, 'uom'),
    }),
  );
  const all = [...single, ...counted];
  return all.length > 0 ? all : undefined;
}

/** A GLN where it is one: places may be called by anything. */
function placeOf(nodes: readonly EpcisNode[], name: string): string | undefined {
  const node = childOf(nodes, name);
  const id = node && (childText(node.children, 'id') ?? node.text);
  if (!id) return undefined;
  try {
    return gln(id) ?? id;
  } catch (error) {
    if (isStockbusError(error)) return id;
    throw error;
  }
}

const errorOf = (node: EpcisNode | undefined): RecordValue | undefined =>
  node &&
  withoutNothing({
    declarationTime: childText(node.children, 'declarationTime'),
    reason: cbv(childText(node.children, 'reason')),
  });

/** By their names without namespaces. */
function fieldsOf(nodes: readonly EpcisNode[]): RecordValue | undefined {
  if (nodes.length === 0) return undefined;
  return Object.fromEntries(
    nodes.map(({ name, text, children }) => [
      name.replace(/^\{.*\}/, ''),
      children.length > 0 ? fieldsOf(children) : text,
    ]),
  );
}

const withoutNothing = (value: RecordValue): RecordValue =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));
