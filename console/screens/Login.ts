import { html } from 'htm/preact';
import { t } from '../text/t.ts';

export function Login() {
  return html`<div class="login"><h1>${t('login.title')}</h1><p class="muted">${t('login.none')}</p></div>`;
}
