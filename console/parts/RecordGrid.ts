import { html } from 'htm/preact';

type Cells = Readonly<Record<string, unknown>>;

interface RecordGridProps {
  records: readonly Cells[];
  /** A field that is at fault, or what of the cells is. */
  bad?: string | undefined;
  isBad?: (text: string) => boolean;
  label: string;
}

/** Records of a payload side by side as a sheet has them; it scrolls by itself where it is wide. */
export function RecordGrid({ records, bad, isBad = () => false, label }: RecordGridProps) {
  const fields = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const cell = (field: string, value: unknown) => {
    const text = textOf(value);
    return html`<td key=${field} class=${field === bad || isBad(text) ? 'del' : ''}>${text}</td>`;
  };
  return html`<div class="record-grid" role="region" tabindex="0" aria-label=${label}><table>
    <thead><tr>${fields.map((field) => html`<th scope="col" key=${field} class=${field === bad ? 'del' : ''}>${field}</th>`)}</tr></thead>
    <tbody>${records.map((record) => html`<tr>${fields.map((field) => cell(field, record[field]))}</tr>`)}</tbody>
  </table></div>`;
}

const textOf = (value: unknown): string =>
  value === undefined || value === null
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);
