import type { CliCommand } from './command.ts';
import { openStore } from './openHub.ts';
import { plural } from './plural.ts';
import type { VerifyReport } from './verifyStore.ts';
import { verifyStore } from './verifyStore.ts';

export const verify: CliCommand = {
  name: 'verify',
  about:
    'Recomputes every balance, cost pool and layer from the ledger alone, and names what differs.',
  arguments: [],
  options: {},
  examples: ['stockbus verify'],
  async run({ folder, env, terminal }) {
    const opened = await openStore(folder, env);
    try {
      const report = await verifyStore(opened.store, opened.config.stock.minorDigits);
      terminal.out(describeVerify(report));
      return report.differences.length === 0 ? 0 : 1;
    } finally {
      await opened.close();
    }
  },
};

export function describeVerify({ skus, entries, differences, more }: VerifyReport): string {
  const read = `${plural(entries, 'ledger entry', 'ledger entries')} of ${plural(skus, 'SKU')}`;
  if (differences.length === 0) {
    return `The books are right: ${read} give every balance, pool and layer as it is kept.\n`;
  }
  const lines = differences.map(({ sku, check, message }) => `${sku} ${check}: ${message}\n`);
  if (more > 0) lines.push(`… and ${plural(more, 'more difference')}\n`);
  const count = plural(differences.length + more, 'difference');
  return `${lines.join('')}The books are NOT right: ${count} in ${read}.\n`;
}
