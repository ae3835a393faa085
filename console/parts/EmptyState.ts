import { html } from 'htm/preact';
import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './Icon.ts';

/** Says what will stand here, and what to do next. */
export function EmptyState({
  icon,
  text,
  children,
}: {
  icon?: IconName;
  text: string;
  children?: ComponentChildren;
}) {
  return html`<div class="empty">${icon && html`<${Icon} name=${icon} />`}<p>${text}</p>${children}</div>`;
}
