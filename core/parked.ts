import { hash } from 'node:crypto';
import type { ParkedRecord } from './message.ts';

/**
 * A parked record with the id that its origin and content give it: the same payload read again parks
 * nothing twice, and the same bad row in a file of another name is parked anew. `sameness` is the
 * content without what differs at every reading, where there is such a thing.
 */
export function makeParked(
  parked: Omit<ParkedRecord, 'id'>,
  sameness: string = parked.content,
): ParkedRecord {
  const { origin, stage, record, faults } = parked;
  const facts = JSON.stringify([
    origin.flow,
    origin.name,
    stage,
    record,
    sameness,
    faults[0]?.code,
  ]);
  return { id: hash('sha256', facts, 'hex').slice(0, 20), ...parked };
}

/** All of a payload, or the rest of it from where it could not be read: no record of it is there. */
export const isOfFile = ({ stage, content }: Pick<ParkedRecord, 'stage' | 'content'>): boolean =>
  stage === 'payload' || (stage === 'intake' && content === '[]');
