/** An EPCIS event as one tree, whether it was XML or JSON, of EPCIS 1.2 or 2.0. */
import { isObject } from '../../spec.ts';
import { asText, TEXT } from '../../steps/asText.ts';
import { decimalText } from '../expression/decimalText.ts';
import { gs1Fault } from './gs1Fault.ts';

/** Names of the standard are bare; of others they are `{namespace}name`. */
export interface EpcisNode {
  name: string;
  text: string;
  children: EpcisNode[];
}

/** Namespaces by prefix. */
export type Prefixes = Pick<ReadonlyMap<string, string>, 'get'>;

/** Lists that JSON writes without the elements that XML has in them. */
const members: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ epcList: 'epc', inputEPCList: 'epc', outputEPCList: 'epc', childEPCs: 'epc' },
    ...{ quantityList: 'quantityElement', childQuantityList: 'quantityElement' },
    ...{ inputQuantityList: 'quantityElement', outputQuantityList: 'quantityElement' },
    ...{
      bizTransactionList: 'bizTransaction',
      sourceList: 'source',
      destinationList: 'destination',
    },
    ...{ sensorElementList: 'sensorElement' },
  }),
);

/** Members whose text JSON has in a field of their own name. */
const named = ['bizTransaction', 'source', 'destination'];

/** What says of which type it is where XML was read by its elements. */
export const ELEMENT = '#element';
/** What stood around the event, or stands in it where it is a document by itself. */
const around = [ELEMENT, '#envelope', '@schemaVersion', '@creationDate'];

/** What EPCIS 1.2 puts around fields that came later. */
const wrappers = ['extension', 'baseExtension'];

const passedOver = /^(?:@context|rdfs:comment|comment|@xmlns(?::.*)?|@xsi:.*)$/;

export function epcisNodes(event: object, prefixes: Prefixes): EpcisNode[] {
  return Object.entries(event).flatMap(([field, value]) => {
    if (around.includes(field)) return [];
    if (wrappers.includes(field) && isObject(value)) return epcisNodes(value, prefixes);
    return nodesOf(field, value, prefixes);
  });
}

function nodesOf(field: string, value: unknown, prefixes: Prefixes): EpcisNode[] {
  if (value === undefined || value === null || passedOver.test(field)) return [];
  const member = members.get(field);
  if (member !== undefined) return [listOf(field, member, value, prefixes)];
  if (Array.isArray(value)) return value.flatMap((one) => nodesOf(field, one, prefixes));
  return [nodeOf(field, value, prefixes)];
}

function listOf(list: string, member: string, value: unknown, prefixes: Prefixes): EpcisNode {
  // A lone member of JSON has a field of its own name, too, and its type beside it.
  const isXml = isObject(value) && Object.hasOwn(value, member) && !Object.hasOwn(value, 'type');
  const content = isXml ? value[member] : value;
  const items = content === '' ? [] : [content].flat();
  const children = items.map((one) => memberNode(member, one, prefixes));
  return { name: list, text: '', children };
}

function memberNode(member: string, value: unknown, prefixes: Prefixes): EpcisNode {
  if (!named.includes(member) || !isObject(value)) return nodeOf(member, value, prefixes);
  const { [member]: own, ...others } = value;
  const node = nodeOf(member, others, prefixes);
  return own === undefined ? node : { ...node, text: textOf(own) };
}

function nodeOf(field: string, value: unknown, prefixes: Prefixes): EpcisNode {
  const name = nameOf(field, prefixes);
  if (!isObject(value)) return { name, text: textOf(value), children: [] };
  const { [TEXT]: text, ...fields } = value;
  const children = Object.entries(fields).flatMap(([inner, content]) =>
    nodesOf(inner, content, prefixes),
  );
  return { name, text: text === undefined ? '' : textOf(text), children };
}

function nameOf(field: string, prefixes: Prefixes): string {
  const name = field.startsWith('@') ? field.slice(1) : field;
  const at = name.indexOf(':');
  if (at < 0) return name;
  const namespace = prefixes.get(name.slice(0, at));
  if (namespace !== undefined) return `{${namespace}}${name.slice(at + 1)}`;
  throw gs1Fault(
    'GS1_BAD_EVENT',
    `the prefix of ${name} stands for no namespace that $epcisHash knows`,
    'give it as second argument: $epcisHash(event, document.`@context`), or { "prefix": "namespace" }',
  );
}

const textOf = (value: unknown): string =>
  typeof value === 'number' ? (decimalText(value) ?? '') : asText(value).trim();
