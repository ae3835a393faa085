/** What becomes of a payload of which nothing was taken in, and whose sender waits for no answer. */
import { createHash } from 'node:crypto';
import type { Fault } from '../errors.ts';
import { makeParked } from '../parked.ts';
import type { RefusedPayload } from '../ports.ts';
import type { SpooledBatch } from './BatchSpool.ts';
import { BatchWriter } from './batchWriter.ts';
import { type PublishParts, publishBatches } from './publishBatches.ts';

/** As the content of the parked record has it. */
export interface RefusedContent {
  name: string;
  /** Where it was put aside. */
  place?: string;
  bytes?: number;
  /** SHA-256 of its bytes, in hex. */
  sha256?: string;
  /** What it says, where it lies nowhere else. */
  text?: string;
}

/**
 * It is parked as a whole, by the road that parked records of a payload go. Durable when it resolves; the same payload refused
 * again under the same intake is parked once.
 */
export async function parkRefused(
  parts: PublishParts,
  { origin, place, sizeBytes: bytes, body, text }: RefusedPayload,
  fault: Fault,
): Promise<void> {
  const content: RefusedContent = {
    name: origin.name,
    ...(place === undefined ? {} : { place }),
    ...(bytes === undefined ? {} : { bytes }),
    ...(body === undefined ? {} : { sha256: await digestOf(body) }),
    ...(text === undefined ? {} : { text }),
  };
  const faults = [{ ...fault, at: { file: origin.name, ...fault.at } }];
  const about = { origin, stage: 'payload', faults, record: 0 } as const;
  // Each time that it is refused it waits anew, whatever became of it before.
  const parked = makeParked({ ...about, content: JSON.stringify(content) }, origin.intakeId);
  const batch = await batchOf(JSON.stringify(parked), parts, origin);
  await publishBatches(parts, origin, batch);
}

async function batchOf(parked: string, { seal }: PublishParts, origin: RefusedPayload['origin']) {
  const batches: SpooledBatch[] = [];
  const writer = new BatchWriter({ origin }, 1, async (batch) => void batches.push(batch), seal);
  await writer.addParked(parked, 0);
  await writer.finish();
  return batches;
}

async function digestOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of body) digest.update(chunk);
  return digest.digest('hex');
}
