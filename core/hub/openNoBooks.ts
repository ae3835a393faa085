import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Books } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { stores } from '../storeKinds.ts';
import { backendOf } from './backendOf.ts';

/** Books of which nothing was ever written, in memory: for tests of flows. */
export function openNoBooks(runtime: Runtime): Promise<Books> {
  const address = `file:${join(tmpdir(), `stockbus-no-books-${runtime.newId()}`)}`;
  return backendOf('store', stores, address).openToRead(address, runtime, { orEmpty: true });
}
