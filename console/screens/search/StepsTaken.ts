import { html } from 'htm/preact';
import { RecordGrid } from '../../parts/RecordGrid.ts';

export interface SnapshotStep {
  step: string;
  /** Place in the file of the flow. */
  at?: string;
  value?: unknown;
  faults?: { message: string; at?: { field?: string } }[];
}

/** The row as it was read, then what each step of the flow made of it. */
export function StepsTaken({ steps }: { steps: readonly SnapshotStep[] }) {
  const told = steps.filter(({ value, faults }) => value !== undefined || faults);
  return html`<ol class="steps">${told.map(
    ({ step, at, value, faults = [] }, index) => html`<li key=${index}>
      <p><strong>${step}</strong> ${at && html`<code class="muted">${at}</code>`}</p>
      ${faults.map(({ message }) => html`<p class="tone-bad">${message}</p>`)}
      ${value !== undefined && html`<${RecordGrid} records=${recordsOf(value)} bad=${faults[0]?.at?.field} label=${step} />`}
    </li>`,
  )}</ol>`;
}

function recordsOf(value: unknown): Record<string, unknown>[] {
  const list = Array.isArray(value) ? value : [value];
  return list.map((one) => (one !== null && typeof one === 'object' ? one : { value: one }));
}
