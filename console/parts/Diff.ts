import { html } from 'htm/preact';
import { t } from '../text/t.ts';

/** Field by field: what was, what is; equal fields are shown where `all` is said. */
export function Diff({ before, after, all }: { before: unknown; after: unknown; all?: boolean }) {
  const old = flat(before);
  const fresh = flat(after);
  const fields = [...new Set([...old.keys(), ...fresh.keys()])];
  const shown = fields.filter((field) => all || old.get(field) !== fresh.get(field));
  if (shown.length === 0) return html`<p class="muted">${t('part.unchanged')}</p>`;
  return html`<table class="diff">
    <thead><tr><th scope="col">${t('part.field')}</th><th scope="col">${t('part.before')}</th><th scope="col">${t('part.after')}</th></tr></thead>
    <tbody>${shown.map((field) => {
      const [one, other] = [old.get(field), fresh.get(field)];
      const isSame = one === other;
      return html`<tr key=${field}><th scope="row">${field}</th>
        <td class=${isSame || one === undefined ? '' : 'del'}>${isSame || one === undefined ? (one ?? '–') : html`<del>${one}</del>`}</td>
        <td class=${isSame || other === undefined ? '' : 'add'}>${isSame || other === undefined ? (other ?? '–') : html`<ins>${other}</ins>`}</td></tr>`;
    })}</tbody>
  </table>`;
}

/** `lines[0].sku` → its value as text. */
function flat(value: unknown, path = '', found = new Map<string, string>()): Map<string, string> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) flat(item, `${path}[${index}]`, found);
  } else if (value !== null && typeof value === 'object') {
    for (const [name, item] of Object.entries(value))
      flat(item, path ? `${path}.${name}` : name, found);
  } else if (value !== undefined) found.set(path, String(value));
  return found;
}
