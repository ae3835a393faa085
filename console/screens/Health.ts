import { html } from 'htm/preact';
import { Page } from '../parts/Page.ts';
import { to, useAddress } from '../state/address.ts';
import { t } from '../text/t.ts';
import { AuditTrail } from './health/AuditTrail.ts';
import { Deployments } from './health/Deployments.ts';
import { Settings } from './health/Settings.ts';
import { StateOfParts } from './health/StateOfParts.ts';

const tabs = () =>
  [
    [undefined, t('health.state'), StateOfParts],
    ['deployments', t('health.deployments'), Deployments],
    ['config', t('health.config'), Settings],
    ['trail', t('health.trail'), AuditTrail],
  ] as const;

/** Is it us or them: how the parts of the hub do, by what it runs, and who did what to it. */
export function Health() {
  const { query } = useAddress();
  const all = tabs();
  const [current, , Body] = all.find(([tab]) => tab === query.tab) ?? all[0];
  const links = html`<nav class="desk-tabs health-tabs" aria-label=${t('nav.health')}>
    ${all.map(([tab, text]) => html`<a key=${text} href=${to('/health', { tab })} aria-current=${tab === current ? 'page' : undefined}>${text}</a>`)}
  </nav>`;
  return html`<${Page} title=${t('nav.health')} filters=${links}><${Body} /><//>`;
}
