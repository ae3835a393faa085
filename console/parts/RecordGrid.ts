import { html } from 'htm/preact';

type Cells = Readonly<Record<string, unknown>>;

/** Records of a payload side by side as a sheet has them; it scrolls by itself where it is wide. `bad` marks a field. */
export function RecordGrid({
  records,
  bad,
  label,
}: {
  records: readonly Cells[];
  bad?: string;
  label: string;
}) {
  const fields = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return html`<div class="record-grid" role="region" tabindex="0" aria-label=${label}><table>
    <thead><tr>${fields.map((field) => html`<th scope="col" key=${field} class=${field === bad ? 'del' : ''}>${field}</th>`)}</tr></thead>
    <tbody>${records.map((record) => html`<tr>${fields.map((field) => html`<td key=${field} class=${field === bad ? 'del' : ''}>${textOf(record[field])}</td>`)}</tr>`)}</tbody>
  </table></div>`;
}

const textOf = (value: unknown): string =>
  value === undefined || value === null
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);
