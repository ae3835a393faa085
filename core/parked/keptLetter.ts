import { hash } from 'node:crypto';
import { isSinkQueue } from '../deliver/sinkQueue.ts';
import { eventsOf } from '../deliver/stockEvents.ts';
import { handedBatch } from '../handedBatch.ts';
import { isCommandQueue } from '../intake/publishBatches.ts';
import { type CommandBatch, textOfBody } from '../message.ts';
import type { DeadDelivery, KeptLetter } from '../ports.ts';
import { searchWords } from '../searchWords.ts';

const CODE = /\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/;

/** A dead letter with what it is found by. What cannot be read is found by its queue and its id. */
export function keptLetter(letter: DeadDelivery): KeptLetter {
  const { id: messageId, queue, body, reason, deadAt, contentType } = letter;
  const things = thingsIn(queue, body);
  const facts = JSON.stringify([queue, messageId, deadAt]);
  return {
    id: hash('sha256', facts, 'hex').slice(0, 20),
    ...{ queue, messageId, contentType, reason, deadAt, body },
    code: CODE.exec(reason)?.[0] ?? '',
    records: things.length,
    bytes: body.byteLength,
    // A message may be of several payloads: it is found by each.
    words: searchWords(messageId, payloadsIn(queue, body), things),
  };
}

function payloadsIn(queue: string, body: Uint8Array): string[] {
  if (!isCommandQueue(queue)) return [];
  try {
    const { parts } = JSON.parse(textOfBody(body)) as CommandBatch;
    return parts.flatMap(({ origin: { intakeId, name } }) => [intakeId, name]);
  } catch {
    return [];
  }
}

/** Events, messages or records: what a person calls one. */
export function thingsIn(queue: string, body: Uint8Array): unknown[] {
  try {
    if (isCommandQueue(queue)) {
      const { parts } = JSON.parse(textOfBody(body)) as CommandBatch;
      return parts.flatMap(({ commands }) => commands);
    }
    return isSinkQueue(queue) ? sunkThings(body) : handedBatch(body).records;
  } catch {
    return [];
  }
}

function sunkThings(body: Uint8Array): unknown[] {
  const text = textOfBody(body);
  const { records } = JSON.parse(text) as { records?: unknown };
  return Array.isArray(records) ? handedBatch(body).records : eventsOf(text);
}
