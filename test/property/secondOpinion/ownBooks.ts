/** The final figures of the same documents by the rules themselves. */
import { formatDecimal } from '../../../core/decimal.ts';
import { needsCorrected, postingOf } from '../../../core/stock/journal.ts';
import { type Doc, LedgerRig } from '../../ledgerRig.ts';
import type { Circumstances, FinalFigures } from './secondOpinion.ts';

const all = { limit: 100_000 };

/** With what was refused, in the words of `CODE number`. */
export async function ownBooks(
  { pools, digits }: Circumstances,
  docs: readonly Doc[],
): Promise<FinalFigures & { refused: string[] }> {
  const rig = new LedgerRig({ policy: { pools, minorDigits: digits, negative: 'allow' } });
  const refused: string[] = [];
  for (const doc of docs) {
    const [refusal] = await rig.send([doc]);
    const { document = '' } = doc[1] as { document?: string };
    if (refusal) refused.push(`${refusal.code} ${document}: ${refusal.message}`);
  }
  await rig.recost();
  return { ...(await figuresOf(rig)), refused };
}

async function figuresOf(rig: LedgerRig): Promise<FinalFigures> {
  const { rows: pools } = await rig.store.valuation({}, all);
  const { rows: balances } = await rig.store.stock({}, all);
  return {
    pools: Object.fromEntries(
      pools
        .filter(({ quantity, value }) => quantity !== 0n || value !== 0n)
        .map(({ sku, pool, quantity, value }) => [`${sku} ${pool}`, rig.worth(quantity, value)]),
    ),
    stock: Object.fromEntries(
      balances
        .filter(({ onHand }) => onHand !== 0n)
        .map(({ sku, place, lot, onHand }) => [
          `${sku} ${place} ${lot}`.trim(),
          formatDecimal(onHand),
        ]),
    ),
    accounts: await accountsOf(rig),
  };
}

/** Of each item; inventory is left out, which is worth what pools are. */
async function accountsOf(rig: LedgerRig): Promise<FinalFigures['accounts']> {
  const { inventory: _, inventoryByPool: __, transit: ___, ...outside } = rig.policy.accounts;
  const names = new Map(Object.entries(outside).map(([purpose, account]) => [account, purpose]));
  const sums = new Map<string, bigint>();
  const { rows } = await rig.store.ledger({}, all);
  const facts = new Map(rows.map((entry) => [`${entry.sku} ${entry.seq}`, entry]));
  for (const entry of rows) {
    const corrected = needsCorrected(entry)
      ? facts.get(`${entry.sku} ${entry.corrects}`)
      : undefined;
    const posting = postingOf(entry, rig.policy.accounts, corrected) ?? [];
    for (const { account, debit, credit } of posting) {
      const name = names.get(account as string);
      if (name === undefined) continue;
      const key = `${entry.sku} ${name}`;
      sums.set(key, (sums.get(key) ?? 0n) + debit - credit);
    }
  }
  const used = [...sums].filter(([, value]) => value !== 0n);
  return Object.fromEntries(used.map(([name, value]) => [name, rig.money(value)]));
}
