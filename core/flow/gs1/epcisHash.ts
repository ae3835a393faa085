/**
 * The EPCIS event hash ID of the Core Business Vocabulary: one identifier for one event, whether it is XML
 * or JSON, and whether its identifiers are EPC URIs or GS1 Digital Links.
 */
import { createHash } from 'node:crypto';
import { withoutTrailingZeros } from '../../decimal.ts';
import { isObject } from '../../spec.ts';
import { asText } from '../../steps/asText.ts';
import { cbvAddress } from './cbv.ts';
import { isWebAddress, linkOf, readDigitalLink } from './digitalLink.ts';
import { ELEMENT, type EpcisNode, epcisNodes, type Prefixes } from './epcisNodes.ts';
import { readEpcUri } from './epcUri.ts';
import { eventTime } from './eventTime.ts';
import { gs1Fault } from './gs1Fault.ts';

/** Fields in the order in which the standard takes them. */
interface Order {
  name: string;
  inner?: readonly Order[];
  /** Class of bare words, in front of which this stands. */
  words?: string;
  isTime?: boolean;
}

const plain = (...names: string[]): Order[] => names.map((name) => ({ name }));
const times = (...names: string[]): Order[] => names.map((name) => ({ name, isTime: true }));

const quantities: Order[] = [
  { name: 'quantityElement', inner: plain('epcClass', 'quantity', 'uom') },
];
const epcs = plain('epc');
const dispositions: Order[] = ['set', 'unset'].map((name) => ({ name, words: 'cbv/Disp-' }));
const sensorMetadata: Order[] = [
  ...times('time', 'startTime', 'endTime'),
  ...plain('deviceID', 'deviceMetadata', 'rawData', 'dataProcessingMethod', 'bizRules'),
];
const sensorReport: Order[] = [
  { name: 'type', words: 'voc/' },
  { name: 'exception', words: 'voc/' },
  ...plain('deviceID', 'deviceMetadata', 'rawData', 'dataProcessingMethod'),
  ...times('time'),
  ...plain('microorganism', 'chemicalSubstance', 'value'),
  { name: 'component', words: 'cbv/Comp-' },
  ...plain('stringValue', 'booleanValue', 'hexBinaryValue', 'uriValue', 'minValue', 'maxValue'),
  ...plain('meanValue', 'sDev', 'percRank', 'percValue', 'uom', 'coordinateReferenceSystem'),
];
const sensorElements: Order[] = [
  {
    name: 'sensorElement',
    inner: [
      { name: 'sensorMetadata', inner: sensorMetadata },
      { name: 'sensorReport', inner: sensorReport },
    ],
  },
];

/** Their type stands in front of them. */
const typed: ReadonlyMap<string, string> = new Map([
  ['bizTransaction', 'cbv/BTT-'],
  ['source', 'cbv/SDT-'],
  ['destination', 'cbv/SDT-'],
]);

const order: readonly Order[] = [
  ...times('eventTime'),
  ...plain('eventTimeZoneOffset'),
  { name: 'epcList', inner: epcs },
  ...plain('parentID'),
  { name: 'inputEPCList', inner: epcs },
  { name: 'childEPCs', inner: epcs },
  { name: 'quantityList', inner: quantities },
  { name: 'childQuantityList', inner: quantities },
  { name: 'inputQuantityList', inner: quantities },
  { name: 'outputEPCList', inner: epcs },
  { name: 'outputQuantityList', inner: quantities },
  ...plain('action', 'transformationID'),
  { name: 'bizStep', words: 'cbv/BizStep-' },
  { name: 'disposition', words: 'cbv/Disp-' },
  { name: 'persistentDisposition', inner: dispositions },
  { name: 'readPoint', inner: plain('id') },
  { name: 'bizLocation', inner: plain('id') },
  { name: 'bizTransactionList', inner: plain('bizTransaction') },
  { name: 'sourceList', inner: plain('source') },
  { name: 'destinationList', inner: plain('destination') },
  { name: 'sensorElementList', inner: sensorElements },
];

/** What says of the event where and when it was recorded, or that it was wrong, is no part of it. */
const passedOver = [
  'type',
  'isA',
  'recordTime',
  'eventID',
  'errorDeclaration',
  'certificationInfo',
];

const types = ['Object', 'Aggregation', 'Transaction', 'Transformation', 'Association'];

/** The text that is hashed. */
export function epcisPreHash(event: unknown, namespaces?: unknown): string {
  return preHashOf(event, prefixesOf(namespaces));
}

function preHashOf(event: unknown, prefixes: Prefixes): string {
  if (!isObject(event)) throw gs1Fault('GS1_BAD_EVENT', '$epcisHash takes one EPCIS event');
  const stated = event.type ?? event.isA ?? event[ELEMENT];
  const type = asText(stated, 'the type of an event').replace(/^epcis:/, '');
  if (!types.some((name) => type === `${name}Event`)) {
    throw gs1Fault(
      'GS1_BAD_EVENT',
      'the event does not say of which type it is',
      'give it a field `type` with ObjectEvent, AggregationEvent, TransactionEvent, TransformationEvent or AssociationEvent',
    );
  }
  const own = epcisNodes(event, prefixes).filter(({ name }) => !passedOver.includes(name));
  return `eventType=${type}${inOrder(own, order)}`;
}

export function epcisHash(event: unknown, namespaces: unknown = undefined): string | undefined {
  if (event === undefined || event === null) return undefined;
  return epcisHashOf(event, prefixesOf(namespaces));
}

export function epcisHashOf(event: unknown, prefixes: Prefixes): string {
  const digest = createHash('sha256').update(preHashOf(event, prefixes)).digest('hex');
  return `ni:///sha-256;${digest}?ver=CBV2.0`;
}

/** Of the `@context` of a document in JSON, or of an object; those of GS1 are known. */
export function prefixesOf(namespaces: unknown): Prefixes {
  const prefixes = new Map([
    ['gs1', 'https://ref.gs1.org/voc/'],
    ['cbv', 'https://ref.gs1.org/cbv/'],
    ['epcis', 'https://ref.gs1.org/epcis/'],
    ['cbvmda', 'urn:epcglobal:cbv:mda'],
  ]);
  for (const one of [namespaces].flat()) {
    if (!isObject(one)) continue;
    for (const [prefix, namespace] of Object.entries(one)) {
      if (typeof namespace === 'string') prefixes.set(prefix.replace(/^@xmlns:/, ''), namespace);
    }
  }
  return prefixes;
}

/** The fields that the standard orders, then all others by their text. */
function inOrder(nodes: readonly EpcisNode[], fields: readonly Order[]): string {
  let text = '';
  for (const field of fields) {
    const parts = nodes.filter(({ name }) => name === field.name).map((node) => part(node, field));
    text += parts.sort(byCode).join('');
  }
  const known = new Set(fields.map(({ name }) => name));
  return text + others(nodes.filter(({ name }) => !known.has(name)));
}

const byCode = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

function part(node: EpcisNode, field: Order): string {
  if (typed.has(node.name)) return typedPart(node, typed.get(node.name)!);
  if (field.inner) {
    // A place is its id in JSON of old, and an element with an id in XML.
    const bare = node.text === '' ? '' : `id=${canonical(node.text)}`;
    const inside = bare + inOrder(node.children, field.inner);
    return inside === '' ? '' : node.name + inside;
  }
  if (node.text === '') return '';
  const value = field.isTime ? eventTime(node.text) : canonical(node.text, field.words);
  return `${node.name}=${value}`;
}

function typedPart(node: EpcisNode, words: string): string {
  const type = node.children.find(({ name }) => name === 'type')?.text;
  const front = type ? `type=${canonical(type, words)}` : '';
  return `${front}${node.name}=${canonical(node.text)}`;
}

const others = (nodes: readonly EpcisNode[]): string =>
  nodes
    .map(({ name, text, children }) => {
      const value = text === '' ? '' : `=${canonical(text)}`;
      return name + value + others(children);
    })
    .sort(byCode)
    .join('');

/** Words of the vocabulary by their addresses, numbers without zeros too many, identifiers as links. */
function canonical(text: string, words?: string): string {
  if (text.startsWith('urn:epc:')) return linkText(readEpcUri(text)) ?? text;
  if (isWebAddress(text)) return linkText(readDigitalLink(text)) ?? text;
  const curie = /^(gs1|cbv|epcis):(.+)$/.exec(text);
  if (curie) return `${prefixesOf(undefined).get(curie[1]!)}${curie[2]}`;
  return numberText(text) ?? cbvAddress(text, words);
}

/** Only what is finest stays: a serial number, or the lot where there is none. */
function linkText(elements: Record<string, string> | string): string | undefined {
  if (typeof elements === 'string') return undefined;
  return linkOf(elements, Object.hasOwn(elements, '21') ? ['10', '22', '7040'] : ['22', '7040']);
}

const NUMBER = /^([+-]?)(\d+)(?:\.(\d*))?$/;

function numberText(text: string): string | undefined {
  const [, sign, whole, digits = ''] = NUMBER.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const short = whole.replace(/^0+(?=\d)/, '');
  const fraction = withoutTrailingZeros(digits);
  const magnitude = fraction === '' ? short : `${short}.${fraction}`;
  return sign === '-' && magnitude !== '0' ? `-${magnitude}` : magnitude;
}
