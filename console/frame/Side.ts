import { html } from 'htm/preact';
import { Icon } from '../parts/Icon.ts';
import type { Screen } from '../screens.ts';
import { to, useAddress } from '../state/address.ts';
import { useStore } from '../state/Store.ts';
import { settings } from '../state/settings.ts';
import { known } from '../state/status.ts';
import { decimalText } from '../text/decimalText.ts';
import { t } from '../text/t.ts';
import { useScreens } from './useScreens.ts';

export function Side() {
  return html`<nav class="side" aria-label=${t('nav.label')}>${useScreens().map((screen) => html`<${Entry} key=${screen.path} screen=${screen} />`)}</nav>`;
}

/** A screen by its icon and name, and how much waits there. */
export function Entry({ screen, onGo }: { screen: Screen; onGo?: () => void }) {
  const { path } = useAddress();
  const { status } = useStore(known);
  const waiting = status && screen.count ? screen.count(status) : 0;
  const count = decimalText(String(waiting), settings.value.language);
  const current = path === screen.path ? 'page' : undefined;
  return html`<a href=${to(screen.path)} class="entry" aria-current=${current} onClick=${onGo}><${Icon} name=${screen.icon} /><span class="entry-name">${t(screen.title)}</span>${waiting > 0 && html`<span class="entry-count">${count}</span>`}</a>`;
}
