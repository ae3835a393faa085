import { html } from 'htm/preact';
import { Page } from '../parts/Page.ts';
import { t } from '../text/t.ts';

export function Now() {
  return html`<${Page} title=${t('now.title')}><//>`;
}
