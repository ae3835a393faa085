import { html } from 'htm/preact';
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { EmptyState } from '../parts/EmptyState.ts';
import { Page } from '../parts/Page.ts';
import { screens } from '../screens.ts';
import { go, to, useAddress } from '../state/address.ts';
import { t } from '../text/t.ts';
import { useScreens } from './useScreens.ts';

const loaded = new Map<string, ComponentType>();

/** The screen of the address, once its module is there. */
export function Outlet() {
  const { path } = useAddress();
  const screen = screens.find((one) => one.path === path);
  const [first] = useScreens();
  // Who may not see the first screen begins with the first that he may.
  const isElsewhere = path === '/' && first !== undefined && first.path !== '/';
  const [failed, setFailed] = useState(false);
  const [, redraw] = useState({});
  useEffect(() => {
    if (isElsewhere) return go(to(first.path), 'replace');
    if (!screen || loaded.has(path)) return;
    setFailed(false);
    screen.load().then(
      (component) => {
        loaded.set(path, component);
        redraw({});
      },
      () => setFailed(true),
    );
  }, [path]);
  if (!screen) {
    return html`<${Page} title=${t('frame.unknown')}><${EmptyState} icon="map" text=${t('frame.unknownTodo')} /><//>`;
  }
  if (isElsewhere) return null;
  const Shown = loaded.get(path);
  if (Shown) return html`<${Shown} key=${path} />`;
  if (!failed) return null;
  // Its file is gone: the hub was brought to another version since this page was loaded.
  return html`<${Page} title=${t(screen.title)}><${EmptyState} icon="info" text=${t('frame.stale')}><button type="button" class="primary" onClick=${() => location.reload()}>${t('frame.reload')}</button><//><//>`;
}
