import { html } from 'htm/preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiProblem } from '../api/client.ts';
import { copyText } from '../parts/copyText.ts';
import { Problem } from '../parts/Problem.ts';
import type { Screen } from '../screens.ts';
import { go, to, useAddress } from '../state/address.ts';
import { announced } from '../state/announce.ts';
import { type Keys, useKeys } from '../state/keys.ts';
import { useStore } from '../state/Store.ts';
import { learnSession, session } from '../state/session.ts';
import { settings } from '../state/settings.ts';
import { useStatusAsked } from '../state/status.ts';
import { t } from '../text/t.ts';
import { Bar } from './Bar.ts';
import { ClockLine } from './ClockLine.ts';
import { KeysHelp } from './KeysHelp.ts';
import { Login } from './Login.ts';
import { Outlet } from './Outlet.ts';
import { Side } from './Side.ts';
import { Top } from './Top.ts';
import { useScreens } from './useScreens.ts';

/** What is around every screen; who is not known sees only the way in, at the address that he came for. */
export function Frame() {
  const known = useStore(session);
  const { language } = useStore(settings);
  const [problem, setProblem] = useState<ApiProblem>();
  const learn = async (): Promise<void> => setProblem(await learnSession());
  useEffect(() => void learn(), []);
  if (!known)
    return problem
      ? html`<main class="alone"><${Problem} problem=${problem} onAgain=${learn} /></main>`
      : null;
  if (known.actor === 'nobody') return html`<${Login} key=${language} />`;
  // Another language draws all anew.
  return html`<${Screens} key=${language} />`;
}

function Screens() {
  const { path } = useAddress();
  const [isHelping, setHelping] = useState(false);
  useStatusAsked();
  useKeys({ ...goKeys(useScreens()), '?': () => setHelping(true), c: copyLink });
  useTop(path);
  return html`<div class="frame">
    <a class="skip" href="#content" onClick=${skip}>${t('frame.skip')}</a>
    <${Top} onHelp=${() => setHelping(true)} />
    <${ClockLine} />
    <${Side} />
    <main id="content" tabindex="-1"><${Outlet} /></main>
    <${Bar} />
    <${Announcer} />
    ${isHelping && html`<${KeysHelp} onClose=${() => setHelping(false)} />`}
  </div>`;
}

function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

const copyLink = (): void => void copyText(location.href, t('part.copiedLink'));

const goKeys = (screens: readonly Screen[]): Keys =>
  Object.fromEntries(
    screens.filter(({ key }) => key).map(({ key, path }) => [`g ${key}`, () => go(to(path))]),
  );

/** Another screen begins at its top, with the focus there, as a page that was loaded would. */
function useTop(path: string): void {
  const last = useRef(path);
  useEffect(() => {
    if (last.current === path) return;
    last.current = path;
    const content = document.getElementById('content');
    content?.scrollTo(0, 0);
    content?.focus({ preventScroll: true });
  }, [path]);
}

function Announcer() {
  return html`<div class="announcer" role="status" aria-live="polite">${useStore(announced)}</div>`;
}
