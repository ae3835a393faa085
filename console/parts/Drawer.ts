import { html } from 'htm/preact';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useKeys } from '../state/keys.ts';
import { t } from '../text/t.ts';
import { Icon } from './Icon.ts';

interface DrawerProps {
  title: string;
  /** Small, above the title: what kind of thing it is. */
  kind?: string;
  tools?: ComponentChildren;
  onClose: () => void;
  children?: ComponentChildren;
}

/** Beside the rows, which stay in reach; on a phone the whole page. Esc closes it, and gives the focus back. */
export function Drawer({ title, kind, tools, onClose, children }: DrawerProps) {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    if (!(before as Element | null)?.closest('tr')) panel.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  useKeys({ Escape: onClose });
  return html`<aside class="drawer" ref=${panel} tabindex="-1" aria-label=${title}>
    <header class="drawer-head">
      <div>${kind && html`<div class="kind">${kind}</div>`}<h2>${title}</h2></div>
      <div class="page-tools">${tools}</div>
      <button type="button" class="icon-button" aria-label=${t('part.close')} onClick=${onClose}><${Icon} name="close" /></button>
    </header>
    <div class="drawer-body">${children}</div>
  </aside>`;
}
