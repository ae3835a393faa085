import { auditThreads } from '../hub/AuditThread.ts';
import { boundHeap } from '../hub/boundHeap.ts';
import { openBooks } from '../hub/openBooks.ts';
import { endOf, isInstant } from '../reports/instants.ts';
import type { VerifyReport } from '../verify.ts';
import { verifyStore } from '../verify.ts';
import { calendarOf } from '../zone.ts';
import type { CliCommand } from './command.ts';
import { usageError } from './command.ts';
import { plural } from './plural.ts';

export const verify: CliCommand = {
  name: 'verify',
  about:
    'Recomputes every balance, reservation, cost pool, layer, value and posting from the ledger alone, checks its chain of hashes, and names what differs.',
  arguments: [],
  options: {
    'known-at': {
      value: 'TIME',
      about: 'Moment for the digest: entries recorded up to then count. Default: all.',
    },
    expect: {
      value: 'DIGEST',
      about: 'Digest that was noted down at that moment; another is a difference.',
    },
    format: { value: 'FORMAT', about: 'Default: text.', choices: ['text', 'json'] },
  },
  examples: [
    'stockbus verify',
    'stockbus verify --known-at 2026-03-31 --expect 3q2-7w',
    'stockbus verify --format json',
  ],
  async run({ folder, env, terminal, options }) {
    const { 'known-at': knownAt, expect, format = 'text' } = options;
    if (knownAt !== undefined && !isInstant(knownAt)) throw noInstant(knownAt);
    // By seven tenths, as a hub, it would hold some 30 MB more; by less than this it would hold no less.
    boundHeap(40);
    const { store, storeAddress, config, close } = await openBooks(folder, env);
    const helpers = auditThreads(storeAddress, store);
    try {
      const calendar = calendarOf(config.stock.zone);
      const report = await verifyStore(store, config.stock, {
        helpers,
        ...(knownAt === undefined ? {} : { knownAt: endOf(knownAt, calendar) }),
        ...(expect === undefined ? {} : { expect }),
      });
      if (format === 'json') await terminal.outBytes(Buffer.from(verifyJson(report)));
      else terminal.out(describeVerify(report));
      return report.differences.length === 0 ? 0 : 1;
    } finally {
      await Promise.all(helpers.map((helper) => helper.close()));
      await close();
    }
  },
};

const noInstant = (text: string) =>
  usageError(`'${text}' is no date and no time`, 'write 2026-03-31 or 2026-03-31T12:00Z');

/** One object in one line. Fields are never renamed and never left out; what there is none of is null. */
export function verifyJson(report: VerifyReport): string {
  const { skus, entries, differences, more, pending, knownAt, digest } = report;
  const result = differences.length === 0 ? 'right' : 'wrong';
  const said = { result, skus, entries, differences, more, pending, knownAt };
  return `${JSON.stringify({ ...said, digest: digest === '' ? null : digest })}\n`;
}

/** The verdict first: whatever a SKU is called, nothing stands before it. */
export function describeVerify(report: VerifyReport): string[] {
  const { skus, entries, differences, more, pending, knownAt, digest } = report;
  const read = `${plural(entries, 'ledger entry', 'ledger entries')} of ${plural(skus, 'SKU')}`;
  const waiting = pending.map(
    ({ sku, at, done, total }) =>
      `${sku} is being re-costed from ${at} on (${done} of ${total} facts): its values are not final`,
  );
  const proof = digest === '' ? [] : [`Digest of the ledger as known at ${knownAt}: ${digest}`];
  if (differences.length === 0) {
    const right = `The books are right: ${read} give every balance, pool, layer and value as it is kept.`;
    return [right, ...waiting, ...proof];
  }
  const lines = differences.map(({ sku, check, message }) => `${sku} ${check}: ${message}`);
  if (more > 0) lines.push(`… and ${plural(more, 'more difference')}`);
  const count = plural(differences.length + more, 'difference');
  const wrong = `The books are NOT right: ${count} in ${read}.`;
  return [wrong, ...lines, ...waiting, ...proof];
}
