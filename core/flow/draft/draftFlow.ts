/** A flow for a sample, as far as the sample says it: for its author to go on with. */

import type { CommandType } from '../../message.ts';
import type { JsonSchema } from '../../spec.ts';
import { messageShape } from '../messageShape.ts';
import { DraftMap } from './DraftMap.ts';
import { guessType } from './guessType.ts';
import type { Sample } from './readSample.ts';
import { sampleShape } from './sampleFields.ts';
import { yamlText } from './yamlText.ts';

export interface DraftOrder {
  /** Of the flow. */
  name: string;
  sampleName: string;
  /** As a flow says it: `{ folder: inbox, pattern: "x-*.csv" }`. */
  from: string;
  /** What is to be decided about that. */
  openFrom?: string;
  /** Left out: what the names say. */
  type?: CommandType;
}

export interface FlowDraft {
  yaml: string;
  /** What the sample does not say and was guessed, for its author to decide. */
  open: string[];
}

export function draftFlow(
  order: DraftOrder,
  { read, records, called, open: ofSample, packing }: Sample,
  schemas: Readonly<Record<string, JsonSchema>>,
): FlowDraft {
  const [codec, options] = Object.entries(read)[0]!;
  const shape = sampleShape(records, codec === 'xml');
  const outside = [`${order.name} ${order.sampleName}`];
  const guess = guessType({ inside: called, outside }, shape);
  const type = order.type ?? guess.type;
  const drafted = new DraftMap(messageShape(type, schemas[type]!), shape, {
    isCsv: codec === 'csv',
    isSemicolon: options.delimiter === ';',
    called,
  }).done();
  const open = [
    ...(order.openFrom === undefined ? [] : [order.openFrom]),
    ...ofSample,
    ...(records.length === 0 ? ['read: no record of the sample could be read'] : []),
    ...(order.type === undefined ? [guess.open] : []),
    ...(order.type === undefined && guess.isStandIn && !drafted.namesGoods ? [noGoods] : []),
    ...drafted.open,
  ];
  const said = Object.entries(options).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  const { map, key, name, group, unused } = drafted;
  const lines = [
    `flow: ${order.name}`,
    `about: Makes ${type} of what comes as ${order.sampleName.replaceAll(/[:#]/g, '_')}.`,
    ...(open.length > 0 ? ['# To decide, since the sample does not say it:'] : []),
    ...open.map((line) => `# - ${line}`),
    `from: ${order.from}`,
    readLine(codec, said, packing),
    'steps:',
    '  - map:',
    ...map.map((line) => `      ${line}`),
    ...(unused.length > 0 ? [`  # Of the sample not used: ${unused.join(', ')}`] : []),
    ...(group
      ? ['  # Rows of one document are booked together.', `  - group: { by: ${name} }`]
      : []),
    `key: ${yamlText(key)}`,
    `to: ${type}`,
  ];
  return { yaml: `${lines.map(oneLine).join('\n')}\n`, open: open.map(oneLine) };
}

/** A journal, a list of partners, figures: people try the hub on those too. */
const noGoods =
  'to: it names neither an item nor a quantity, and may state no stock; what others are to have of it can go to a connector instead: `to: [{ to: { folder: … }, map: { … } }]`, without `key`';

function readLine(codec: string, said: readonly string[], packing: string | undefined): string {
  if (said.length === 0 && packing === undefined) return `read: ${codec}`;
  const options = said.length === 0 ? '{}' : `{ ${said.join(', ')} }`;
  return `read: { ${packing === undefined ? '' : `unpack: ${packing}, `}${codec}: ${options} }`;
}

/** Names and values of a sample may have line ends of their own. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
