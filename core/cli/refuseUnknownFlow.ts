import { FaultList, isStockbusError, nearestName, StockbusError } from '../errors.ts';
import { loadFolder } from '../hub/openHub.ts';
import type { Books } from '../ports.ts';
import type { Invocation } from './command.ts';

/** Of a filter that finds nothing: a name that no flow has, nor had as far as the books know, is a slip of the pen. */
export async function refuseUnknownFlow(
  flow: string,
  { folder, env }: Pick<Invocation, 'folder' | 'env'>,
  store: Books,
): Promise<void> {
  const { rows } = await store.parked({ flow }, { limit: 1 });
  const names = await namesOf(folder, env);
  if (rows.length > 0 || names === undefined || names.includes(flow)) return;
  const near = nearestName(flow, names);
  const todo = near === undefined ? {} : { todo: `did you mean '${near}'?` };
  throw new StockbusError('FLOW_UNKNOWN', `there is no flow '${flow}'`, undefined, todo);
}

/** None where flows cannot be read: who looks at what is parked need not mend them first. */
async function namesOf(folder: string, env: Invocation['env']): Promise<string[] | undefined> {
  try {
    const { flows } = await loadFolder(folder, env, undefined, { soundOnly: true });
    return flows.map(({ name }) => name);
  } catch (error) {
    if (error instanceof FaultList || isStockbusError(error)) return undefined;
    throw error;
  }
}
