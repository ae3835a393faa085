import type { StoreSpec } from './ports.ts';
import { mongodb } from './stores/mongodb.ts';
import { sqlite } from './stores/sqlite.ts';

/** Apart from the other components, for a thread that reads the books and needs none of them. */
export const stores: readonly StoreSpec[] = [sqlite, mongodb];
