import { formatFault } from '../errors.ts';
import type { CliCommand } from './command.ts';
import { loadFolder } from './openHub.ts';
import { plural } from './plural.ts';

export const lint: CliCommand = {
  name: 'lint',
  about: 'Checks config/hub.yaml and every flow, and names all faults at once with their place.',
  arguments: [],
  options: {},
  examples: ['stockbus lint', 'stockbus lint --config /etc/stockbus'],
  async run({ folder, env, terminal }) {
    const { flows, hints } = await loadFolder(folder, env);
    terminal.out(hints.map((hint) => `hint: ${formatFault(hint)}`));
    terminal.out([`${plural(flows.length, 'flow')} and the configuration are in order.`]);
    return 0;
  },
};
