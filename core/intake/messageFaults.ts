/** Why intake parks a message that the flow made without a fault. */
import type { Fault } from '../errors.ts';
import type { InboundMessage } from '../flow/compiledFlow.ts';
import { type KeyedMessage, type Repetition, rowsInWords } from './MessageKeys.ts';
import { exceedsDocument, tooLargeFault } from './parkedContent.ts';
import { idOfKey } from './publishBatches.ts';

/** Of a document that no store would take; undefined for all others. */
export function oversizeFault({ id, dataJson, record }: InboundMessage): Fault | undefined {
  return exceedsDocument(dataJson) ? tooLargeFault(`document ${id}`, dataJson, record) : undefined;
}

/** Of each message whose key other messages of the payload have. */
export function repeatedFault(
  { key, record, members }: Pick<KeyedMessage, 'key' | 'record' | 'members'>,
  repetition: Repetition,
): Fault {
  const id = idOfKey(key);
  const message = `the key '${id}' comes ${repetition.count} times in this payload, in ${rowsInWords(repetition)}`;
  const line = members[0]?.line;
  return {
    code: 'KEY_REPEATED',
    message,
    at: { record, ...(line === undefined ? {} : { line }) },
  };
}
