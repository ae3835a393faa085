import { html } from 'htm/preact';
import type { ComponentChildren } from 'preact';

/** Names and values side by side; what is empty is left out. */
export function Facts({ facts }: { facts: readonly (readonly [string, ComponentChildren])[] }) {
  const given = facts.filter(([, value]) => value !== undefined && value !== null && value !== '');
  return html`<dl class="facts">${given.map(([name, value]) => html`<dt key=${name}>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

/** A payload as it is: names in their order, lists and objects as JSON. */
export function RawFacts({ value }: { value: Readonly<Record<string, unknown>> }) {
  const facts = Object.entries(value).map(([name, one]): [string, ComponentChildren] => [
    name,
    one !== null && typeof one === 'object'
      ? html`<pre>${JSON.stringify(one, undefined, 2)}</pre>`
      : html`<code>${String(one ?? '')}</code>`,
  ]);
  return html`<${Facts} facts=${facts} />`;
}
