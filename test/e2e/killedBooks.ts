/** What is in the books after a hub was killed. */
import { deepEqual } from 'node:assert/strict';
import { openBooks } from '../../core/hub/openBooks.ts';
import { queryRows } from '../../core/query.ts';
import { systemTime } from '../../core/runtime.ts';
import { verifyStore } from '../../core/verify.ts';

type Env = Readonly<Record<string, string>>;

/** How often each document was booked, by kind and document; `isLast`: `verify` finds nothing, either. */
export async function bookedTimes(
  folder: string,
  env: Env,
  isLast = false,
): Promise<Map<string, number>> {
  const { store, config, close } = await openBooks(folder, env);
  const times = new Map<string, number>();
  for await (const rows of queryRows(store, config.stock, { name: 'ledger' }, systemTime))
    for (const row of rows as unknown as { kind: string; document: string }[]) {
      const key = `${row.kind} ${row.document}`;
      if (row.kind === 'receive' || row.kind === 'issue') times.set(key, (times.get(key) ?? 0) + 1);
    }
  if (isLast) deepEqual((await verifyStore(store, config.stock)).differences, []);
  await close();
  return times;
}
