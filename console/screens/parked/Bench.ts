import { html } from 'htm/preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ParkedRecord, Rehearsed } from '../../../schemas/generated/api.d.ts';
import { Problem } from '../../parts/Problem.ts';
import { useKeys } from '../../state/keys.ts';
import { useMay } from '../../state/session.ts';
import { t } from '../../text/t.ts';
import { DryRun } from '../desk/DryRun.ts';
import { isClosed } from '../desk/states.ts';
import { useTask } from '../desk/useTask.ts';
import { type Task, thingsOf, Work } from '../desk/Work.ts';
import type { Target } from '../desk/workOver.ts';
import { Comes } from './Comes.ts';
import { bodyOf, type Draft, inAll, jsonOf, type Member, membersOf, untouched } from './edits.ts';
import { Sheet } from './Sheet.ts';
import { useRehearsal } from './useRehearsal.ts';

interface BenchProps {
  record: ParkedRecord;
  /** All of its cause, where it was opened among them. */
  group: Target | undefined;
  onDone: () => void;
}

/** Where a record is mended: nothing is written before a button says what will be. */
export function Bench({ record, group, onDone }: BenchProps) {
  const [draft, setDraft] = useState<Draft>(untouched);
  const place = useRef<HTMLDivElement>(null);
  const members = membersOf(record, record.corrected ?? record.content);
  const isOpen = !isClosed(record) && record.state !== 'replaying';
  const { body, problem: noJson } = bodyOf(draft);
  const isEdited = Object.keys(body).length > 0;
  const run = useRehearsal(isOpen ? record.id : undefined, body);
  const { begin, work } = useTask(onDone);
  // What was written is in the record once that is read anew.
  useEffect(() => setDraft(untouched), [record.log.length]);
  const own: Target = { of: 'parked', count: 1, ids: [record.id] };
  const edit = isEdited ? body : undefined;
  const start = (verb: Task['verb']) => (): void =>
    begin({
      target: own,
      verb,
      ...(verb === 'correct' || verb === 'replay' ? { edit, run: run.data } : {}),
    });
  const writeOver = (): void => {
    const fields = place.current?.querySelectorAll<HTMLInputElement>('input, textarea') ?? [];
    const bad = [...fields].find((one) => one.getAttribute('aria-invalid') === 'true');
    (bad ?? fields[0])?.select();
  };
  const keys = isOpen
    ? { e: writeOver, a: start('assign'), ...(run.data && { r: start('replay') }) }
    : {};
  useKeys(keys);
  const onSet = (path: string, text: string, before: string): void => {
    const { [path]: _, ...others } = draft.set;
    setDraft({ set: text === before ? others : { ...others, [path]: text } });
  };
  return html`<div class="bench" ref=${place}>
    <section class="bench-read"><h2>${t('parked.asRead')}</h2>
      <${Read} record=${record} members=${members} draft=${draft} noJson=${noJson} onSet=${isOpen ? onSet : undefined} onDraft=${setDraft} />
    </section>
    <section class="bench-comes"><h2>${t('parked.comes')}</h2>
      ${isOpen ? (run.data ? html`<${Comes} run=${run.data} />` : run.problem && html`<${Problem} problem=${run.problem} />`) : html`<p class="muted">${t('parked.isDone')}</p>`}
    ${
      isOpen &&
      html`<h2 class="bench-dry">${t('desk.dryRun')}</h2>
      ${run.data && html`<${Changed} run=${run.data} /><${DryRun} run=${run.data} />`}
      ${isEdited && group && group.count > 1 && draft.json === undefined && html`<p class="bench-all"><button type="button" onClick=${() => begin({ target: group, verb: 'replay', edit: { set: inAll(draft.set) } })}>${t('parked.toAll', { things: thingsOf(group) })}</button></p>`}
    `
    }
    </section>
    <${Tools} isOpen=${isOpen} isEdited=${isEdited} run=${run.data} start=${start} onUndo=${() => setDraft(untouched)} />
    ${work && html`<${Work} ...${work} />`}
  </div>`;
}

interface ToolsProps {
  isOpen: boolean;
  isEdited: boolean;
  run: Rehearsed | undefined;
  start: (verb: Task['verb']) => () => void;
  onUndo: () => void;
}

/** What may be done; sending is no first choice where it would only be parked again. */
function Tools({ isOpen, isEdited, run, start, onUndo }: ToolsProps) {
  const [mayCorrect, maySend] = [useMay('parked:correct'), useMay('parked:replay')];
  const button = (verb: Task['verb'], text: string) =>
    html`<button type="button" onClick=${start(verb)}>${text}</button>`;
  if (!isOpen)
    return html`<div class="bench-tools">${mayCorrect && button('reopen', t('desk.reopenShort'))}</div>`;
  const isFirst = run !== undefined && (run.parked === 0 || run.booked > 0);
  return html`<div class="bench-tools">
    ${mayCorrect && html`${button('assign', t('desk.assignShort'))}${button('dismiss', t('desk.dismissShort'))}`}
    ${isEdited && html`<button type="button" class="quiet" onClick=${onUndo}>${t('parked.undo')}</button>`}
    ${isEdited && mayCorrect && button('correct', t('desk.correctShort'))}
    ${maySend && (mayCorrect || !isEdited) && html`<button type="button" class=${isFirst ? 'last primary' : 'last'} disabled=${!run} onClick=${start('replay')}>${t(isEdited ? 'desk.correctReplayShort' : 'desk.replayShort')}</button>`}
  </div>`;
}

interface ReadProps {
  record: ParkedRecord;
  members: readonly Member[];
  draft: Draft;
  noJson: string | undefined;
  onSet: Parameters<typeof Sheet>[0]['onSet'];
  onDraft: (draft: Draft) => void;
}

function Read({ record, members, draft, noJson, onSet, onDraft }: ReadProps) {
  if (members.length === 0) return html`<pre tabindex="0">${record.content}</pre>`;
  const isJson = draft.json !== undefined;
  const write = (event: Event): void =>
    onDraft({ set: {}, json: (event.target as HTMLTextAreaElement).value });
  const toggle = (): void => onDraft(isJson ? untouched : { set: {}, json: jsonOf(members) });
  return html`${members.map(({ raw }, index) => raw && html`<pre key=${index} class="parked-raw" tabindex="0">${raw}</pre>`)}
    ${
      isJson
        ? html`<textarea class="parked-json" aria-label=${t('parked.json')} aria-invalid=${Boolean(noJson)} spellcheck="false" rows="16" value=${draft.json} onInput=${write}></textarea>${noJson && html`<p class="tone-bad small">${noJson}</p>`}`
        : html`<${Sheet} members=${members} faults=${record.faults} set=${draft.set} onSet=${onSet} />`
    }
    ${onSet && html`<button type="button" class="quiet small" onClick=${toggle}>${t(isJson ? 'parked.asForm' : 'parked.asJson')}</button>`}`;
}

/** Against what it was before: JSON texts of fields. */
function Changed({ run }: { run: Rehearsed }) {
  if (run.changes.length === 0) return null;
  return html`<table class="diff"><thead><tr><th scope="col">${t('part.field')}</th><th scope="col">${t('part.before')}</th><th scope="col">${t('part.after')}</th></tr></thead>
    <tbody>${run.changes.map(({ path, from, to }) => html`<tr key=${path}><th scope="row">${path}</th><td class="del"><del>${from ?? '–'}</del></td><td class="add"><ins>${to ?? '–'}</ins></td></tr>`)}</tbody></table>`;
}
