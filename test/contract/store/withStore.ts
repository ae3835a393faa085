import type { Store } from '../../../core/ports.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import type { StorePlace } from './storeContract.ts';
import { storeKindOf } from './storeKindOf.ts';

export const openAt = (address: string): Promise<Store> =>
  storeKindOf(address).open(address, systemRuntime());

/** One store for each test of a suite, closed after it. */
export function storeOfTest(place: StorePlace): { store: Store; address: string } {
  const current = {} as { store: Store; address: string };
  beforeEach(async () => {
    current.address = place.fresh();
    current.store = await openAt(current.address);
  });
  afterEach(() => current.store.close());
  return current;
}
