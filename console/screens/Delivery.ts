import { html } from 'htm/preact';
import { Page } from '../parts/Page.ts';
import { to, useAddress } from '../state/address.ts';
import { useStore } from '../state/Store.ts';
import { known } from '../state/status.ts';
import { t } from '../text/t.ts';
import { Dead } from './delivery/Dead.ts';
import { Endpoints } from './delivery/Endpoints.ts';

/** Who does not get what was booked, since when; and what was given up. */
export function Delivery() {
  const { query } = useAddress();
  const { status } = useStore(known);
  const isDead = query.tab === 'dead';
  if (isDead)
    return html`<${Dead} tabs=${html`<${Tabs} isDead=${true} dead=${status?.dead ?? 0} />`} />`;
  return html`<${Page} title=${t('nav.delivery')} filters=${html`<${Tabs} isDead=${false} dead=${status?.dead ?? 0} />`}><${Endpoints} /><//>`;
}

function Tabs({ isDead, dead }: { isDead: boolean; dead: number }) {
  const current = (is: boolean) => (is ? 'page' : undefined);
  return html`<nav class="desk-tabs" aria-label=${t('nav.delivery')}>
    <a href=${to('/delivery')} aria-current=${current(!isDead)}>${t('delivery.endpoints')}</a>
    <a href=${to('/delivery', { tab: 'dead' })} aria-current=${current(isDead)}>${t('delivery.dead', { count: dead })}</a>
  </nav>`;
}
