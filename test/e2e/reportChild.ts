/**
 * A process of its own that writes what is due of a report, and stands still at one place, where a test kills it or
 * freezes it; what comes by its input lets it go on.
 */
import { once } from 'node:events';
import type { Sink } from '../../core/ports.ts';
import { ReportRig } from './reportRig.ts';

const [name = '', now = '', place = ''] = process.argv.slice(2);
const rig = await ReportRig.open(process.env as Record<string, string>);
rig.now = now;

async function stand(at: string): Promise<void> {
  if (at !== place) return;
  process.stdout.write(`${at}\n`);
  await once(process.stdin, 'data');
}

const change = rig.store.changeControl.bind(rig.store);
rig.store.changeControl = async (...given) => {
  const [, [first]] = given;
  if (first?.kind === 'run.piece' && first.row) await stand('making');
  if (first?.kind === 'run' && first.row?.state === 'written') await stand('sent');
  return change(...given);
};

async function* slow(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  for await (const chunk of body) {
    yield chunk.subarray(0, 3);
    await stand('sending');
    yield chunk.subarray(3);
  }
}

const report = rig.report(
  name,
  (sink): Sink => ({
    send: (outgoing) => sink.send({ ...outgoing, body: slow(outgoing.body as never) }),
    close: () => sink.close(),
  }),
);
await report.work();
await report.stop();
process.stdout.write(`${rig.lines.join()}\n`);
process.exit(0);
