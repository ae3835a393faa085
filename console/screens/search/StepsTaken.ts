import { html } from 'htm/preact';
import { RecordGrid } from '../../parts/RecordGrid.ts';

export interface SnapshotStep {
  step: string;
  /** Place in the file of the flow. */
  at?: string;
  value?: unknown;
  faults?: { message: string; at?: { field?: string } }[];
}

interface StepsProps {
  /** The first of them is that of the file. */
  steps: readonly SnapshotStep[];
}

/** The row of the file as it was read, with the cell that is at fault. */
export function RowRead({ steps }: StepsProps) {
  const [read] = steps;
  if (read?.value === undefined) return null;
  const faults = steps.flatMap(({ faults = [] }) => faults);
  const isBad = (text: string): boolean =>
    text !== '' && faults.some(({ message }) => message.includes(`"${text}"`));
  return html`<${RecordGrid} records=${recordsOf(read.value)} isBad=${isBad} label=${read.step} />`;
}

/** What each step of the flow made of it. */
export function StepsTaken({ steps }: StepsProps) {
  const told = steps.slice(1).filter(({ value, faults }) => value !== undefined || faults);
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
