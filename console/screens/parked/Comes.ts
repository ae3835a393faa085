import { html } from 'htm/preact';
import type { Rehearsed } from '../../../schemas/generated/api.d.ts';
import { CopyId } from '../../parts/CopyId.ts';
import { Facts } from '../../parts/Facts.ts';
import { RecordGrid } from '../../parts/RecordGrid.ts';
import { t } from '../../text/t.ts';

/** The messages that the flow would make of it now. */
export function Comes({ run }: { run: Rehearsed }) {
  if (run.messages.length === 0) return html`<p class="muted">${t('parked.comesNothing')}</p>`;
  return html`${run.messages.map(
    ({ type, id, data }) => html`<div class="comes" key=${`${type} ${id}`}>
      <p><strong>${type}</strong> <${CopyId} id=${id} /></p>
      <${Data} data=${data as Record<string, unknown>} />
    </div>`,
  )}`;
}

/** Plain fields as names and values, lists as sheets. */
function Data({ data }: { data: Record<string, unknown> }) {
  const entries = Object.entries(data);
  const facts = entries
    .filter(([, value]) => !Array.isArray(value))
    .map(([name, value]): [string, string] => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]);
  return html`<${Facts} facts=${facts} />${entries.map(
    ([name, value]) =>
      Array.isArray(value) &&
      html`<${RecordGrid} key=${name} label=${name} records=${value.map((one) => (one !== null && typeof one === 'object' ? one : { [name]: one }))} />`,
  )}`;
}
