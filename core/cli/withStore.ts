import { backendOf } from '../hub/backendOf.ts';
import { placeOfBooks } from '../hub/placeOfBooks.ts';
import type { Store } from '../ports.ts';
import { type Runtime, systemRuntime } from '../runtime.ts';
import { stores } from '../storeKinds.ts';
import type { Invocation } from './command.ts';

/** The store of a hub, to change what is no part of its books; whether or not the hub runs. */
export async function withStore<Result>(
  { folder, env }: Invocation,
  work: (store: Store, runtime: Runtime) => Promise<Result>,
): Promise<Result> {
  const { storeAddress } = await placeOfBooks(folder, env);
  const runtime = systemRuntime();
  const store = await backendOf('store', stores, storeAddress).open(storeAddress, runtime);
  try {
    return await work(store, runtime);
  } finally {
    await store.close();
  }
}
