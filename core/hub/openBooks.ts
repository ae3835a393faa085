/** From a folder with config/ to the books that it names; nothing is loaded that only a hub needs. */
import type { HubConfig } from '../flow/hubConfig.ts';
import type { Books } from '../ports.ts';
import { type Runtime, systemRuntime } from '../runtime.ts';
import { stores } from '../storeKinds.ts';
import { backendOf } from './backendOf.ts';
import { placeOfBooks } from './placeOfBooks.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface OpenBooks {
  config: HubConfig;
  store: Books;
  /** Where it lies, for who opens it once more. */
  storeAddress: string;
  close(): Promise<void>;
}

/**
 * Only the books, to read: for commands that look at the books, whether or not a hub is running, a flow
 * is in order or anything may be written. Throws what is wrong with the configuration, and
 * DATA_FOLDER_MISSING where there are no books, but for `orEmpty`.
 */
export async function openBooks(
  folder: string,
  env: Env,
  runtime: Runtime = systemRuntime(),
  choice = { orEmpty: false },
): Promise<OpenBooks> {
  const { config, storeAddress } = await placeOfBooks(folder, env);
  const kind = backendOf('store', stores, storeAddress);
  const store = await kind.openToRead(storeAddress, runtime, choice);
  return { config, store, storeAddress, close: () => store.close() };
}
