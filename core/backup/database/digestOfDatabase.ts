import { batchesOf } from '../../stores/mongodb/batchesOf.ts';
import type { Collections } from '../../stores/mongodb/Collections.ts';
import type { LogDocument } from '../../stores/mongodb/documents.ts';
import { packKey } from '../../stores/mongodb/keys.ts';
import { lastVersions } from '../../stores/mongodb/lastVersions.ts';
import { LedgerDigest } from '../../verify/LedgerDigest.ts';
import { decoded, linesUntil } from './copiedRows.ts';
import { factsOfPacks } from './factsOfPacks.ts';

/**
 * As `stockbus verify --known-at` prints it for a moment before which nothing is under way, and how many SKUs it
 * covers. The last pack of a SKU is believed: that it follows from those before is for `verify` to say.
 */
export async function digestOfDatabase(
  all: Collections,
  until: string,
): Promise<{ digest: string; skus: number }> {
  const digest = new LedgerDigest();
  let skus = 0;
  const listed = all.skus.find({}, { projection: { sku: 1 } }).sort({ sku: 1 });
  for await (const some of batchesOf(listed)) {
    for (const last of await lastPacks(
      all,
      some.map(({ sku }) => sku),
      until,
    )) {
      digest.add(last);
      skus += 1;
    }
  }
  return { digest: digest.with(await digestOfLogs(all, until)), skus };
}

interface LastPack {
  sku: string;
  version: number;
  hash: string;
}

/** Of each SKU the last that was recorded by then, in the order asked; of one that was not seen yet none. */
async function lastPacks(
  { packs }: Collections,
  skus: readonly string[],
  until: string,
): Promise<LastPack[]> {
  const versions = await lastVersions(
    packs,
    skus.map((sku) => ({ sku, version: 0 })),
  );
  const found = skus.map((sku, index): LastPack => {
    return { sku, version: versions[index]!, hash: '' };
  });
  const isOpen = ({ version, hash }: LastPack): boolean => version > 0 && hash === '';
  for (let open = found.filter(isOpen); open.length > 0; open = open.filter(isOpen)) {
    const keys = open.map(({ sku, version }) => packKey(sku, version));
    const facts = await factsOfPacks(packs, keys);
    for (const [index, last] of open.entries()) {
      const pack = facts.get(keys[index]!);
      if (pack && pack.recordedAt <= until) last.hash = pack.hash;
      else last.version -= 1;
    }
  }
  return found.filter(({ version }) => version > 0);
}

async function digestOfLogs(all: Collections, until: string): Promise<LedgerDigest> {
  const digest = new LedgerDigest();
  let last: LogDocument | undefined;
  for await (const some of linesUntil(all, until)) {
    for (const raw of some) {
      const line = decoded<LogDocument>(raw);
      if (last && line.version === 1) digest.addLog(last);
      last = line;
    }
  }
  if (last) digest.addLog(last);
  return digest;
}
