import type { BackendSpec, Store } from '../../../core/ports.ts';
import { mongodb } from '../../../core/stores/mongodb.ts';
import { sqlite } from '../../../core/stores/sqlite.ts';

/** The kind of store that an address belongs to. */
export function storeKindOf(address: string): BackendSpec<Store> {
  const kind = [sqlite, mongodb].find(({ schemes }) =>
    schemes.some((scheme) => address.startsWith(scheme)),
  );
  if (!kind) throw new Error(`no store has addresses such as ${address}`);
  return kind;
}
