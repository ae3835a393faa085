import { html } from 'htm/preact';
import { useEffect, useState } from 'preact/hooks';
import type { ApiProblem } from '../api/client.ts';
import { Problem } from '../parts/Problem.ts';
import { useStore } from '../state/Store.ts';
import { leaveForProvider, session, signIn } from '../state/session.ts';
import { t } from '../text/t.ts';

/** The way in: a password of this hub, or the provider of an organisation. */
export function Login() {
  const by = useStore(session)?.signIn;
  useEffect(() => {
    document.title = `${t('login.title')} · Stockbus`;
  }, []);
  return html`<main id="content" class="alone"><div class="login">
    <h1>Stockbus</h1>
    ${by === 'password' && html`<${PasswordForm} /><p class="muted small">${t('login.users')}</p>`}
    ${by === 'provider' && html`<button type="button" class="primary" onClick=${leaveForProvider}>${t('login.provider')}</button>`}
    ${by === 'none' && html`<p>${t('login.none')}</p>`}
  </div></main>`;
}

function PasswordForm() {
  const [problem, setProblem] = useState<ApiProblem>();
  const [isBusy, setBusy] = useState(false);
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    setBusy(true);
    setProblem(await signIn(String(form.get('name')), String(form.get('password'))));
    setBusy(false);
  };
  return html`<form onSubmit=${send}>
    <label class="field">${t('login.name')}<input name="name" autocomplete="username" autocapitalize="off" spellcheck="false" required autofocus /></label>
    <label class="field">${t('login.password')}<input name="password" type="password" autocomplete="current-password" required /></label>
    <button type="submit" class="primary" disabled=${isBusy}>${t('login.title')}</button>
    ${problem && html`<${Problem} problem=${problem} />`}
  </form>`;
}
