/** A story for programs: each line with who did it, where it came from, and the addresses of what it is about. */
import type { Story, StoryLine, StoryOrigin } from './story.ts';

export const storyFacts = ({ key, found, lines, origins, isCut }: Story): object => ({
  key,
  found,
  lines: lines.map((line) => lineFacts(line, origins.get(line.id))),
  isCut,
});

function lineFacts({ id, at, what, text, facts }: StoryLine, origin: StoryOrigin | undefined) {
  const who = facts.actor ?? facts.by ?? (facts.flow === undefined ? '' : `flow:${facts.flow}`);
  const links = linksOf({ ...facts, ...(origin && { intakeId: origin.intakeId }) });
  return { lineId: id, at, what, text, ...facts, actor: who, ...(origin && { origin }), links };
}

/** By the fact that names it. */
const READ_AT: readonly [fact: string, link: string, address: string][] = [
  ['intakeId', 'payload', '/v1/messages/'],
  ['document', 'document', '/v1/documents/'],
  ['sku', 'sku', '/v1/stock/'],
  ['parkedId', 'parked', '/v1/parked/'],
  ['deadId', 'dead', '/v1/dead/'],
  ['reservation', 'reservation', '/v1/reservations/'],
  ['order', 'order', '/v1/history/'],
  ['sink', 'endpoint', '/v1/endpoints/'],
];

function linksOf(facts: Readonly<Record<string, unknown>>): Record<string, string> {
  const links = READ_AT.flatMap(([fact, link, address]) => {
    const value = facts[fact];
    return typeof value === 'string' && value !== ''
      ? [[link, address + encodeURIComponent(value)] as const]
      : [];
  });
  return Object.fromEntries(links);
}
