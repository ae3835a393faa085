import { createHash } from 'node:crypto';
import { aboutPayload } from '../../intake/aboutPayload.ts';
import type { AboutPayload, Payload } from '../../ports.ts';
import type { InboundFlow } from '../compiledFlow.ts';

/** A payload that is only looked at, whole in memory where the flow reads its hash. */
export async function aboutSample(
  { readsOfPayload }: InboundFlow,
  { name, body, ...facts }: { name: string } & Pick<Payload, 'body' | 'headers' | 'modified'>,
  nowMs: number,
): Promise<{ about: AboutPayload; body: AsyncIterable<Uint8Array> }> {
  const origin = { intakeId: '', flow: '', name };
  const about = aboutPayload({ origin, body, ...facts }, new Date(nowMs).toISOString());
  if (!readsOfPayload.has('sha256')) return { about, body };
  const chunks: Uint8Array[] = [];
  const hash = createHash('sha256');
  for await (const chunk of body) {
    chunks.push(chunk);
    hash.update(chunk);
  }
  async function* again(): AsyncIterable<Uint8Array> {
    yield* chunks;
  }
  return { about: { ...about, sha256: hash.digest('hex') }, body: again() };
}
