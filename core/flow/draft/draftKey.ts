/** By what a record of a sample is known: its own number, or what stands for it. */
import type { Matches } from './matchFields.ts';

export interface DraftedKey {
  /** As the flow writes it. */
  key: string;
  /** In place of a number of the document, where the message needs one. */
  document?: string;
  open: string[];
}

export interface KeyOrder {
  /** Field of the message that says who the record is. */
  name: string;
  /** Of the records, not of their lines. */
  matches: Matches;
  /** Records of one number make one message. */
  isGrouped: boolean;
  /** The same record comes again when it has changed. */
  isVersioned: boolean;
}

/** The payload itself and the place in it: the same file again is the same, and nothing else is. */
const ofPayload = (mark: string): string => `$payload.sha256 & "${mark}" & $row`;
const fileAndRow = '$substring($payload.sha256, 0, 16) & "-" & $row';

export function draftKey(order: KeyOrder): DraftedKey {
  const { name, matches } = order;
  const own = matches.get(name)?.field;
  if (own) return ofNumber(order, own.expression, own.values);
  const parts = ['location', 'sku', 'lot', 'at'].flatMap((one) => {
    const field = matches.get(one)?.field;
    return field && (one !== 'lot' || matches.has('sku')) ? [{ ...field, name: one }] : [];
  });
  if (order.isVersioned) return { key: ofPayload('/'), open: [] };
  const rows = Math.max(0, ...parts.map(({ values }) => values.length));
  const told = new Set(
    Array.from({ length: rows }, (_, row) => parts.map(({ values }) => values[row]).join('\n')),
  );
  // A date alone, an item alone: tomorrow another record has it as well.
  const isEnough =
    ['sku', 'at'].every((one) => parts.some((part) => part.name === one)) && told.size === rows;
  if (isEnough) {
    const joined = (mark: string): string =>
      parts.map(({ expression }) => expression).join(` & "${mark}" & `);
    const open = ['key: the sample has no number of a document; it is made of other fields'];
    return { key: joined('/'), document: joined('-'), open };
  }
  const open = [
    `key: nothing in the sample tells one record from all others; that of its file and its place there (${fileAndRow}) makes the same file harmless, and no other`,
  ];
  return { key: ofPayload('/'), document: fileAndRow, open };
}

function ofNumber(
  { name, matches, isGrouped, isVersioned }: KeyOrder,
  expression: string,
  values: readonly string[],
): DraftedKey {
  const isRepeated = new Set(values).size < values.length;
  if (isVersioned) {
    const changed = isGrouped
      ? undefined
      : (matches.get('changedAt') ?? matches.get('at'))?.field.expression;
    const version = changed ?? (isGrouped ? '$payload.sha256' : ofPayload('/'));
    const why = `key: ${expression} comes again when it has changed, so that the key says which state of it: `;
    return {
      key: `${expression} & "@" & ${version}`,
      open: [why + (changed ?? 'the file that it came in')],
    };
  }
  if (!isGrouped && isRepeated)
    return {
      key: `${expression} & "/" & ${ofPayload('/')}`,
      open: [
        `key: ${expression} is the same in several records, which its file and its place there tell apart; is it their ${name}?`,
      ],
    };
  const isOne = isGrouped && values.length > 2 && new Set(values).size === 1;
  return {
    key: expression,
    open: isOne
      ? [`key: ${expression} is '${values[0]}' in all records, which become one document`]
      : [],
  };
}
