import { html } from 'htm/preact';
import type { SearchHit, SearchHits } from '../../../schemas/generated/api.d.ts';
import { Time } from '../../parts/Time.ts';
import { here } from '../../state/address.ts';
import { t } from '../../text/t.ts';
import type { TextKey } from '../../texts.ts';

/** By kind, in the order of the API: what is exactly so first. */
export function Hits({ groups, open }: { groups: SearchHits['groups']; open: string | undefined }) {
  return html`<nav class="hits" aria-label=${t('search.hits')}>
    ${groups.map(
      ({ kind, hits, more }) => html`<section key=${kind}>
        <h2>${kindName(kind)}</h2>
        <ul>${hits.map((hit) => html`<li key=${hit.key}><${Entry} hit=${hit} isOpen=${hit.key === open} /></li>`)}</ul>
        ${more && html`<a class="hit-more" href=${here({ all: '1' })}>${t('search.moreHits')}</a>`}
      </section>`,
    )}
  </nav>`;
}

/** Told by its file: the name of each is of a machine. */
const NAMELESS = new Set(['payload', 'message', 'parked', 'dead']);

function Entry({ hit, isOpen }: { hit: SearchHit; isOpen: boolean }) {
  const { kind, key, label, facts } = hit;
  const isNameless = NAMELESS.has(kind) && label !== '';
  const more = isNameless ? [facts.flow, facts.code] : [label, facts.partner];
  const told = [...new Set(more.filter((one) => one))].join(' · ');
  return html`<a class="hit" href=${here({ key })} title=${key} aria-current=${isOpen ? 'true' : undefined}>
    <span class="hit-key">${isNameless ? label : key}</span>
    <span class="hit-label">${told}</span>
    ${facts.at && html`<span class="hit-day"><${Time} at=${facts.at} as="day" /></span>`}
  </a>`;
}

const names: Readonly<Record<string, TextKey>> = {
  document: 'hit.document',
  sku: 'hit.sku',
  lot: 'hit.lot',
  location: 'hit.location',
  reference: 'hit.reference',
  order: 'hit.order',
  reservation: 'hit.reservation',
  partner: 'hit.partner',
  file: 'hit.file',
  payload: 'hit.payload',
  message: 'hit.message',
  parked: 'hit.parked',
  dead: 'hit.dead',
  flow: 'hit.flow',
};
const kindName = (kind: string): string => {
  const key = names[kind];
  return key ? t(key) : kind;
};
