import type { Fault } from '../errors.ts';
import { formatFault, isStockbusError } from '../errors.ts';
import type { CompiledFlow } from '../flow/compiledFlow.ts';
import { goneSources } from '../flow/goneSources.ts';
import { openBooks } from '../hub/openBooks.ts';
import { loadFolder } from '../hub/openHub.ts';
import type { CliCommand, Invocation } from './command.ts';
import { plural } from './plural.ts';

export const lint: CliCommand = {
  name: 'lint',
  about: 'Checks config/hub.yaml and every flow, and names all faults at once with their place.',
  arguments: [],
  options: {},
  examples: ['stockbus lint', 'stockbus lint --config /etc/stockbus'],
  async run({ folder, env, terminal }) {
    const { flows, hints, config } = await loadFolder(folder, env);
    const told = [...hints, ...(await goneFromBooks(folder, env, config.store, flows))];
    terminal.out(told.map((hint) => `hint: ${formatFault(hint)}`));
    terminal.out([`${plural(flows.length, 'flow')} and the configuration are in order.`]);
    return 0;
  },
};

/** Only of books in a file: no check of flows waits for a server, and none makes anything. */
async function goneFromBooks(
  folder: string,
  env: Invocation['env'],
  address: string,
  flows: readonly CompiledFlow[],
): Promise<Fault[]> {
  if (!address.startsWith('file:')) return [];
  try {
    const open = await openBooks(folder, env);
    try {
      return goneSources(flows, await open.store.sources());
    } finally {
      await open.close();
    }
  } catch (error) {
    if (isStockbusError(error, 'DATA_FOLDER_MISSING')) return [];
    // What is wrong with the books is no fault of the flows, and no reason to be silent.
    if (isStockbusError(error)) return [error.fault];
    throw error;
  }
}
