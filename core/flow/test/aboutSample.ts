import { createHash } from 'node:crypto';
import type { AboutPayload } from '../../ports.ts';
import type { InboundFlow } from '../compiledFlow.ts';

/** A payload that is only looked at, whole in memory where the flow reads its hash. */
export async function aboutSample(
  { readsOfPayload }: InboundFlow,
  sample: { name: string; body: AsyncIterable<Uint8Array>; headers?: Record<string, string> },
  nowMs: number,
): Promise<{ about: AboutPayload; body: AsyncIterable<Uint8Array> }> {
  const { name, body, headers } = sample;
  const about: AboutPayload = {
    file: name,
    received: new Date(nowMs).toISOString(),
    ...(headers ? { headers } : {}),
  };
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
