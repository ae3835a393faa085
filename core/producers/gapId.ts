import type { ProducerStore } from '../ports.ts';
import type { Gap } from './findGaps.ts';
import { withoutRanges } from './numberRanges.ts';

/** What a person calls a gap: the end of its producer's name, which is chance, its partition and its first number. */
export const gapId = ({ producer, partition, from }: Gap): string =>
  `${producer.slice(-8)}.${partition}.${from}`;

/** Nobody misses these any more. Whoever books meanwhile sees that by the version. */
export async function settleGap(store: ProducerStore, gap: Gap): Promise<void> {
  for (;;) {
    const rows = await store.seenNumbers(gap.partition);
    const row = rows.find(({ producer }) => producer === gap.producer);
    if (!row) return;
    const holes = row.holes.flatMap((hole) => withoutRanges(hole, [gap]));
    if (await store.changeSeen({ ...row, version: row.version + 1, holes })) return;
  }
}
