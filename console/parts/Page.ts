import { html } from 'htm/preact';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';

interface PageProps {
  title: string;
  /** Beside the title: filters. */
  filters?: ComponentChildren;
  /** At the right: export, then the primary action. */
  tools?: ComponentChildren;
  children?: ComponentChildren;
}

/** The one heading of a screen, and what stands in its line. */
export function Page({ title, filters, tools, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Stockbus`;
  }, [title]);
  return html`<div class="page">
    <header class="page-head">
      <h1 tabindex="-1">${title}</h1>
      <div class="page-filters">${filters}</div>
      <div class="page-tools">${tools}</div>
    </header>
    ${children}
  </div>`;
}
