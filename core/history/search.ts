/** Looks for a text as a name of anything that the hub knows: exactly, and as the beginning of a name. By indexes alone. */
import type { FlowStatus } from '../deployment/FlowRunner.ts';
import { compareUtf8 } from '../order.ts';
import { type Books, type NameKind, nameKinds } from '../ports.ts';
import { wordKey } from '../searchWords.ts';
import { hitFacts } from './hitFacts.ts';
import { type Hit, type HitGroup, type HitKind, hitKinds } from './hits.ts';
import { searchTerms } from './searchTerms.ts';

export interface SearchParts {
  store: Books;
  flows: () => readonly FlowStatus[];
}

export interface SearchQuery {
  text: string;
  /** All kinds, where left out. */
  kinds?: readonly HitKind[];
  /** Of each kind, at most. */
  limit: number;
}

interface Found {
  keys: readonly string[];
  more: boolean;
}

export async function search(parts: SearchParts, asked: SearchQuery): Promise<HitGroup[]> {
  const terms = searchTerms(asked.text);
  const kinds = hitKinds.filter((kind) => asked.kinds?.includes(kind) ?? true);
  const groups = await Promise.all(
    kinds.map(async (kind): Promise<HitGroup> => {
      const { keys, more } = await keysOf(parts, kind, terms, asked.limit);
      const facts = await hitFacts(parts.store, kind, keys);
      const hits = keys.map((key, index): Hit => {
        const match = isByName(kind) && !terms.includes(key) ? 'prefix' : 'exact';
        return { kind, key, match, ...facts[index]!, ...addressesOf(kind, key) };
      });
      return { kind, hits, more };
    }),
  );
  return groups.filter(({ hits }) => hits.length > 0);
}

const isNamed = (kind: HitKind): kind is HitKind & NameKind =>
  nameKinds.some((name) => name === kind);
const isByName = (kind: HitKind): boolean => isNamed(kind) || kind === 'flow';

async function keysOf(
  { store, flows }: SearchParts,
  kind: HitKind,
  terms: readonly string[],
  limit: number,
): Promise<Found> {
  if (isNamed(kind)) {
    const names = terms.map((term) => store.names(kind, term, limit + 1));
    return firstOf((await Promise.all(names)).flat(), terms, limit);
  }
  if (kind === 'flow') {
    const names = flows().map(({ name }) => name);
    const found = names.filter((name) => terms.some((term) => name.startsWith(term)));
    return firstOf(found, terms, limit);
  }
  const keys = await Promise.all(terms.map((term) => byId[kind](store, term, limit)));
  return cut([...new Set(keys.flat())], limit);
}

type ById = Exclude<HitKind, NameKind | 'flow'>;

const byId: Readonly<
  Record<ById, (store: Books, term: string, limit: number) => Promise<string[]>>
> = {
  payload: async (store, term) => {
    const [accepted] = await store.accepted({ intakeId: term }, 1);
    return accepted || (await store.intake(term)) ? [term] : [];
  },
  message: async (store, id) => {
    const sources = await store.sources();
    const keys = sources.map((source) => ({ source, id }));
    const booked = keys.length === 0 ? [] : await store.inbox(keys);
    return booked.length > 0 ? [id] : [];
  },
  parked: async (store, term, limit) => {
    const own = await store.parkedRecord(term);
    const { rows } = await store.parked({ word: wordKey(term) }, { limit: limit + 1 });
    return [...(own ? [own] : []), ...rows].map(({ id }) => id);
  },
  dead: async (store, term, limit) => {
    const own = await store.deadLetter(term);
    const { rows } = await store.deadLetters({ word: term }, { limit: limit + 1 });
    return [...(own ? [own] : []), ...rows].map(({ id }) => id);
  },
};

/** What is named exactly so comes first. */
function firstOf(names: readonly string[], terms: readonly string[], limit: number): Found {
  const rank = (name: string): number => (terms.includes(name) ? 0 : 1);
  const sorted = [...new Set(names)].sort(
    (one, other) => rank(one) - rank(other) || compareUtf8(one, other),
  );
  return cut(sorted, limit);
}

const cut = (keys: readonly string[], limit: number): Found => ({
  keys: keys.slice(0, limit),
  more: keys.length > limit,
});

const readAt: Readonly<Record<HitKind, (key: string) => string>> = {
  document: (key) => `/v1/documents/${key}`,
  sku: (key) => `/v1/stock/${key}`,
  lot: (key) => `/v1/trace?lot=${key}`,
  location: (key) => `/v1/stock?location=${key}`,
  reference: (key) => `/v1/documents?reference=${key}`,
  order: (key) => `/v1/history/${key}`,
  reservation: (key) => `/v1/reservations/${key}`,
  partner: (key) => `/v1/documents?partner=${key}`,
  file: (key) => `/v1/history/${key}`,
  payload: (key) => `/v1/messages/${key}`,
  message: (key) => `/v1/history/${key}`,
  parked: (key) => `/v1/parked/${key}`,
  dead: (key) => `/v1/dead/${key}`,
  flow: (key) => `/v1/flows/map?flow=${key}`,
};

/** Of these nothing is told by their names. */
const untold: readonly HitKind[] = ['location', 'flow', 'dead'];

function addressesOf(kind: HitKind, key: string): Pick<Hit, 'href' | 'history'> {
  const coded = encodeURIComponent(key);
  const href = readAt[kind](coded);
  return untold.includes(kind) ? { href } : { href, history: `/v1/history/${coded}` };
}
