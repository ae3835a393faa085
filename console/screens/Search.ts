import { html } from 'htm/preact';
import { EmptyState } from '../parts/EmptyState.ts';
import { Page } from '../parts/Page.ts';
import { t } from '../text/t.ts';

export function Search() {
  return html`<${Page} title=${t('search.title')}><${EmptyState} icon="search" text=${t('search.teach')} /><//>`;
}
