/** Lines of a story as stops of a timeline, in the language of who looks. */
import { html } from 'htm/preact';
import type { StoryLine } from '../../../schemas/generated/api.d.ts';
import { CopyId } from '../../parts/CopyId.ts';
import { RawFacts } from '../../parts/Facts.ts';
import type { Stop } from '../../parts/Timeline.ts';
import { to } from '../../state/address.ts';
import type { Values } from '../../text/filled.ts';
import { t } from '../../text/t.ts';
import { BookedEntries } from './BookedEntries.ts';
import { RowRead, StepsTaken } from './StepsTaken.ts';

export function stopsOf(lines: readonly StoryLine[]): Stop[] {
  // What is still waited for is the end of the story, since whenever it waits.
  const isOpen = ({ what }: StoryLine): boolean => what === 'waits';
  const told = [...lines.filter((line) => !isOpen(line)), ...lines.filter(isOpen)];
  return joined(told).map((group) => {
    const [line] = group as [StoryLine];
    const base = {
      key: line.lineId,
      at: line.at,
      ...(line.actor && line.what !== 'came' ? { actor: line.actor } : {}),
    };
    const one = group.length > 1 || line.what === 'booked' ? booked(group) : stopOf(line);
    return { ...base, ...one };
  });
}

/** Entries of one commit stand together. */
function joined(lines: readonly StoryLine[]): StoryLine[][] {
  const groups: StoryLine[][] = [];
  for (const line of lines) {
    const last = groups.at(-1);
    const isSame = line.what === 'booked' && last?.[0]?.what === 'booked' && last[0].at === line.at;
    if (isSame) last.push(line);
    else groups.push([line]);
  }
  return groups;
}

type Told = Omit<Stop, 'key' | 'at' | 'actor'>;

const booked = (lines: readonly StoryLine[]): Told => ({
  icon: 'book',
  title: t('story.booked', { count: lines.length }),
  text: html`<${BookedEntries} lines=${lines} />`,
});

function stopOf(line: StoryLine): Told {
  const values = line as unknown as Values;
  const tell = tellers[line.what];
  const told: Told = tell ? tell(line, values) : { icon: 'info', title: line.text };
  return { fold: html`<${RawFacts} value=${factsOf(line)} />`, ...told };
}

const tellers: Readonly<Record<string, (line: StoryLine, values: Values) => Told>> = {
  came: (line, values) => ({
    icon: 'file',
    title: t('story.came', values),
    text: line.records === undefined ? undefined : t('story.cameBy', values),
  }),
  snapshot: ({ steps }, values) => ({
    icon: 'map',
    title: t('story.snapshot', values),
    text: html`<${RowRead} steps=${steps} />`,
    foldTitle: t('story.snapshotFold'),
    fold: html`<${StepsTaken} steps=${steps} />`,
  }),
  parked: (line, values) => {
    const [fault] = (line.faults ?? []) as { message: string; todo?: string }[];
    const { settled } = line;
    return {
      icon: 'parked',
      ...(settled ? {} : { tone: 'bad' as const }),
      title: settled ? t('story.parkedSettled', values) : t('story.parked', values),
      text: html`${fault?.message}${!settled && html`<a href=${to('/parked', { open: String(line.parkedId) })}>${t('story.correct')}</a>`}`,
    };
  },
  handled: (line, values) => ({
    icon: 'person',
    title: t('story.handled', values),
    text: (line.reason as string) ?? '',
  }),
  waits: (line, values) => ({ icon: 'wait', tone: 'bad', title: waitsTitle(line, values) }),
  ordered: (line, values) => ({ icon: 'book', title: t('story.ordered', values), text: line.text }),
  answered: ({ reservation }, values) => ({
    icon: 'check',
    title: t(reservation ? 'story.answered' : 'story.message', values),
  }),
  applied: ({ exists, origin }, values) => ({
    icon: 'check',
    title: t(exists ? 'story.appliedAgain' : 'story.applied', {
      ...values,
      file: origin?.file ?? '',
    }),
  }),
  published: (line, values) => ({
    icon: 'event',
    title: t('story.published', values),
    text: html`${line.topic} <${CopyId} id=${line.message} />`,
  }),
  failed: ({ answer, code }, values) => ({
    icon: 'bad',
    tone: 'bad',
    title: t('story.failed', values),
    text: `${answer || code} · ${t('story.attempt', values)}`,
  }),
  delivered: (_line, values) => ({
    icon: 'delivery',
    tone: 'good',
    title: t('story.delivered', values),
    text: t('story.attempt', values),
  }),
  dead: ({ reason }, values) => ({
    icon: 'bad',
    tone: 'bad',
    title: t('story.dead', values),
    text: String(reason),
  }),
};

function waitsTitle({ for: what }: StoryLine, values: Values): string {
  if (what === 'booking') return t('story.waitsBooking');
  if (what === 'relay') return t('story.waitsRelay');
  if (what === 'stage') return t('story.waitsStage', values);
  return what === 'subscriber' ? t('story.waitsSubscriber') : t('story.waitsPerson');
}

/** What the stop itself says already is not said again. */
function factsOf(line: StoryLine): Record<string, unknown> {
  const { lineId: _id, at: _at, what: _what, links: _links, origin, ...facts } = line;
  return {
    ...facts,
    ...(origin ? { origin: `${origin.file}${origin.record ? ` #${origin.record}` : ''}` } : {}),
  };
}
