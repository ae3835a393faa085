/** What one process at a time does to a whole database: bring it up to date, or put a backup into it. */
import type { Collection, Filter } from 'mongodb';
import type { Runtime } from '../../../runtime.ts';

export interface VersionDocument {
  _id: 'schema';
  version: number;
  /** Who is at it, and until when he is to be left alone; he says so again and again. */
  lease?: { by: string; until: number };
}

/** Whoever died with the lease keeps others waiting so long. */
const LEASE_MS = 30_000;

/**
 * Works on a database of this version, and holds the lease of it meanwhile; `mine` finds its document while nobody
 * else has taken that over. False where somebody else is at it, or it has another version.
 */
export async function leased(
  schema: Collection<VersionDocument>,
  { version }: { version: number },
  runtime: Runtime,
  work: (mine: Filter<VersionDocument>) => Promise<void>,
): Promise<boolean> {
  const by = runtime.newId();
  const lease = () => ({ by, until: runtime.now() + LEASE_MS });
  const isFree = [{ lease: { $exists: false } }, { 'lease.until': { $lt: runtime.now() } }];
  const free: Filter<VersionDocument> = { _id: 'schema', version, $or: isFree };
  const mine: Filter<VersionDocument> = { _id: 'schema', version, 'lease.by': by };
  const taken = await schema.updateOne(free, { $set: { lease: lease() } });
  if (taken.matchedCount === 0) return false;
  const renewal = runtime.every(LEASE_MS / 3, () => {
    schema.updateOne(mine, { $set: { lease: lease() } }).catch((error: unknown) => {
      runtime.log('warn', 'store.lease_kept', { reason: String(error) });
    });
  });
  try {
    await work(mine);
  } catch (error) {
    await schema.updateOne(mine, { $unset: { lease: '' } });
    throw error;
  } finally {
    renewal.stop();
  }
  return true;
}
