/** What tells a hit from others: one look each, whatever there is of it. */
import type { Books, LedgerFilter } from '../ports.ts';
import type { Hit, HitKind } from './hits.ts';

type About = Pick<Hit, 'label' | 'facts'>;

const nothing: About = { label: '', facts: {} };

/** In the order of the keys. */
export async function hitFacts(
  store: Books,
  kind: HitKind,
  keys: readonly string[],
): Promise<About[]> {
  if (keys.length === 0) return [];
  if (kind === 'sku') return itemFacts(store, keys);
  const about = lookUps[kind];
  return about ? Promise.all(keys.map((key) => about(store, key))) : keys.map(() => nothing);
}

async function itemFacts(store: Books, skus: readonly string[]): Promise<About[]> {
  const loaded = await store.load({ skus, reservations: [], openOrders: [] });
  return loaded.skus.map(({ head: { item } }) => ({
    label: item?.name ?? '',
    facts: { name: item?.name ?? '', unit: item?.unit ?? '', group: item?.group ?? '' },
  }));
}

/** Not of partners: a store finds all of one before it knows the first. */
const lookUps: Partial<Record<HitKind, (store: Books, key: string) => Promise<About>>> = {
  async location(store, code) {
    const { name = '', kind = '' } = (await store.location(code)) ?? {};
    return { label: name, facts: { name, kind } };
  },
  document: (store, document) => firstEntry(store, { document }, 'partner'),
  reference: (store, reference) => firstEntry(store, { reference }, 'document'),
  lot: (store, lot) => firstEntry(store, { lot }, 'sku'),
  async reservation(store, id) {
    const { reservations } = await store.load({ skus: [], reservations: [id], openOrders: [] });
    const { state = '', at = '', partner = '', reference = '' } = reservations[0] ?? {};
    return { label: reference || partner, facts: { state, at, partner, reference } };
  },
  async file(store, name) {
    const [last] = await store.accepted({ name }, 1);
    return last ? payloadFacts(last) : nothing;
  },
  async payload(store, intakeId) {
    const [accepted] = await store.accepted({ intakeId }, 1);
    if (accepted) return payloadFacts(accepted);
    const report = await store.intake(intakeId);
    return report ? payloadFacts({ ...report.origin, at: report.firstAt }) : nothing;
  },
  async parked(store, id) {
    const record = await store.parkedRecord(id);
    if (!record) return nothing;
    const { origin, faults, parkedAt } = record;
    const code = faults[0]?.code ?? '';
    return { label: origin.name, facts: { flow: origin.flow, code, at: parkedAt } };
  },
  async dead(store, id) {
    const letter = await store.deadLetter(id);
    if (!letter) return nothing;
    const { queue, code, deadAt } = letter;
    return { label: queue, facts: { queue, code, at: deadAt } };
  },
};

const payloadFacts = (of: { flow: string; name: string; at: string }): About => ({
  label: of.flow,
  facts: { flow: of.flow, name: of.name, at: of.at },
});

async function firstEntry(
  store: Books,
  filter: LedgerFilter,
  told: 'partner' | 'document' | 'sku',
): Promise<About> {
  const [first] = (await store.ledger(filter, { limit: 1 })).rows;
  if (!first) return nothing;
  const { kind, at, document, partner, sku } = first;
  return { label: first[told], facts: { kind, at, document, partner, sku } };
}
