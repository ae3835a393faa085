import { html } from 'htm/preact';
import type { SearchHits } from '../../schemas/generated/api.d.ts';
import { useQuery } from '../api/useQuery.ts';
import { EmptyState } from '../parts/EmptyState.ts';
import { Page } from '../parts/Page.ts';
import { Problem } from '../parts/Problem.ts';
import { Skeleton } from '../parts/Skeleton.ts';
import { useAddress } from '../state/address.ts';
import { t } from '../text/t.ts';
import { Hits } from './search/Hits.ts';
import { Story } from './search/Story.ts';

/** Of a kind; a few where nobody asked for all. */
const MOST_HITS = '50';

/** One box for everything: what has such a name, and what became of it. `q` and `key` of the address. */
export function Search() {
  const { query } = useAddress();
  const { q } = query;
  const { data, problem, isSlow, reload } = useQuery<SearchHits>(q ? '/v1/search' : undefined, {
    query: { q, limit: query.all && MOST_HITS },
  });
  const key = query.key ?? (data && keyMeant(data));
  // Who asked by a number reads that number, whatever the id of what it was found in.
  const title = key ? t('search.of', { key: query.key ?? q ?? key }) : t('search.title');
  return html`<${Page} title=${title}>
    ${!q && !key && html`<${EmptyState} icon="search" text=${t('search.teach')} />`}
    ${problem && html`<${Problem} problem=${problem} onAgain=${reload} />`}
    ${q && !data && isSlow && html`<${Skeleton} />`}
    <div class=${data?.groups.length ? 'search' : ''}>
      ${data && data.groups.length > 0 && html`<${Hits} groups=${data.groups} open=${key} />`}
      ${key ? html`<${Story} key=${key} name=${key} />` : data && html`<p class="muted search-pick">${t('search.pick')}</p>`}
    </div>
  <//>`;
}

/**
 * What bears that very name is meant, or else the one thing in which it stands; a word that nothing bears
 * may still stand in a payload.
 */
function keyMeant({ q, groups }: SearchHits): string | undefined {
  if (groups.length === 0) return q;
  const exact = groups.flatMap(({ hits }) => hits.filter(({ match }) => match === 'exact'));
  const keys = new Set(exact.map(({ key }) => key));
  const named = [...keys].find((key) => key.toLowerCase() === q.trim().toLowerCase());
  const [first] = keys;
  return named ?? (keys.size === 1 ? first : undefined);
}
