/**
 * The versions of a store: the first that is still brought up to date, and numbered migrations, each from one version
 * to the next.
 */
import { StockbusError } from '../../errors.ts';

/** A file each, `NNNN-what.ts`, never changed once a release has it. Packs, documents and logs are hashed: it leaves them. */
export interface Migration<To> {
  /** Of the store after it: one more than before. */
  version: number;
  /** For the log: what it does, in a few words. */
  about: string;
  up(to: To): void | Promise<void>;
}

export interface StoreVersions<To> {
  first: number;
  migrations: readonly Migration<To>[];
}

export const newestVersion = ({ first, migrations }: StoreVersions<never>): number =>
  migrations.at(-1)?.version ?? first;

const TODO =
  'Make sure that you have a backup, then run `stockbus migrate`, or start the hub, which does it too; there is no way back.';

/** What is to be done to a store of version `found`, in order. Throws STORE_SCHEMA where nobody here knows how. */
export function migrationsFrom<To>(
  versions: StoreVersions<To>,
  found: number,
  what: string,
): readonly Migration<To>[] {
  const { first, migrations } = versions;
  if (found >= first && found <= newestVersion(versions)) return migrations.slice(found - first);
  throw otherVersion(versions, `${found}`, what);
}

/** For who only reads. Throws STORE_SCHEMA for any other version, with what to do where it can be brought up to date. */
export function refuseOutdated<To>(versions: StoreVersions<To>, found: number, what: string): void {
  if (migrationsFrom(versions, found, what).length === 0) return;
  throw otherVersion(versions, `${found}`, what, { todo: TODO });
}

export function otherVersion(
  versions: StoreVersions<never>,
  found: string,
  what: string,
  remedy: { todo?: string } = {},
): StockbusError {
  const message = `${what} of version ${found}, this Stockbus reads version ${newestVersion(versions)}`;
  return new StockbusError('STORE_SCHEMA', message, undefined, remedy);
}

/** For a process that has it open. Throws STORE_UPGRADED where another brought it up to date meanwhile. */
export function refuseUpgraded(opened: number, found: number, what: string): void {
  if (found === opened) return;
  const message = `${what} of version ${found} since this process opened it with version ${opened}`;
  throw new StockbusError('STORE_UPGRADED', message);
}
