/** A report that is asked for, and not by its schedule. */
import type { ReportFlow } from '../flow/compiledFlow.ts';
import type { LoadedFolder } from '../hub/openHub.ts';
import { openHub } from '../hub/openHub.ts';
import type { Runtime } from '../runtime.ts';
import type { Invocation } from './command.ts';

/** Beside a hub at work as without one: it only reads the books. */
export async function runReport(
  { folder, env, terminal }: Invocation,
  loaded: LoadedFolder,
  flow: ReportFlow,
  runtime: Runtime,
): Promise<number> {
  const open = await openHub(folder, env, runtime, { loaded, roles: [] });
  try {
    await open.hub.writeReport(flow.name);
  } finally {
    await open.close();
  }
  const { connector, kind } = flow.to;
  terminal.out([`${flow.name} was written to ${connector ?? kind}.`]);
  return 0;
}
