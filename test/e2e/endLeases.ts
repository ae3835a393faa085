/** What fifteen seconds do after a hub was killed: its leases are over. */
import { openHub } from '../../core/hub/openHub.ts';
import { LEASE } from '../../core/ports.ts';
import { silentLog, systemRuntime } from '../../core/runtime.ts';

export async function endLeases(
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const runtime = systemRuntime(silentLog);
  const { store, close } = await openHub(folder, env, runtime, { roles: [] });
  const { rows } = await store.controlRows({ kind: LEASE }, { limit: 100 });
  const gone = rows.map(({ kind, id, version }) => ({ kind, id, expected: version }));
  if (gone.length > 0) await store.changeControl(runtime.newId(), gone);
  await close();
}
