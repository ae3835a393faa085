import { html } from 'htm/preact';
import type { Problem } from '../../../schemas/generated/api.d.ts';
import { t } from '../../text/t.ts';
import { inMember, isBad, leavesOf, type Member } from './edits.ts';

interface SheetProps {
  members: readonly Member[];
  faults: readonly Problem[];
  set: Readonly<Record<string, string>>;
  /** Undefined: it is looked at only. */
  onSet?: ((path: string, text: string, before: string) => void) | undefined;
}

/** Fields under each other, records beside each other; bad cells are marked, each can be written over. */
export function Sheet({ members, faults, set, onSet }: SheetProps) {
  const all = members.map(({ value }) => leavesOf(value));
  const paths = [...new Set(all.flatMap((leaves) => [...leaves.keys()]))];
  return html`<div class="sheet" role="region" tabindex="0" aria-label=${t('parked.asRead')}><table>
    ${members.length > 1 && html`<thead><tr><td></td>${members.map(({ record, line }, index) => html`<th scope="col" key=${index}>${t('parked.place', { record: record ?? index + 1, line: line ?? '–' })}</th>`)}</tr></thead>`}
    <tbody>${paths.map(
      (path) => html`<tr key=${path}><th scope="row">${path}</th>
        ${members.map((member, index) => {
          const before = all[index]?.get(path);
          const key = inMember(path, index, members);
          const bad = isBad(member, path, before ?? '', faults);
          return html`<${Cell} key=${key} label=${members.length > 1 ? `${path}, ${member.record}` : path} path=${key} before=${before} after=${set[key]} bad=${bad} onSet=${onSet} />`;
        })}</tr>`,
    )}</tbody>
  </table></div>`;
}

interface CellProps {
  path: string;
  label: string;
  before: string | undefined;
  after: string | undefined;
  bad: boolean;
  onSet: SheetProps['onSet'];
}

function Cell({ path, label, before = '', after, bad, onSet }: CellProps) {
  const isChanged = after !== undefined;
  const write = (event: Event): void =>
    onSet?.(path, (event.target as HTMLInputElement).value, before);
  const shown = onSet
    ? html`<input name=${path} aria-label=${label} aria-invalid=${bad && !isChanged} value=${after ?? before} autocomplete="off" spellcheck="false" onInput=${write} />`
    : html`<code>${before}</code>`;
  return html`<td class=${isChanged ? 'changed' : bad ? 'bad' : ''}>${shown}${isChanged && html`<del class="del">${before || '–'}</del>`}</td>`;
}
