import type { Fault } from './errors.ts';
import type { CommandType } from './message.ts';
import { hasRevisions } from './revisions.ts';

interface Stating {
  readonly revision?: string;
  readonly expectedVersion?: string;
}

/**
 * What a message states that nothing honours yet: to book it as if it were not there would be to do
 * something else than was asked.
 */
export function reservedField(type: CommandType, data: object): Fault | undefined {
  const { lines = [] } = data as { lines?: readonly Stating[] };
  const { revision, ...rest } = data as Stating;
  const field = statedBy(hasRevisions({ type }) ? rest : data) ?? statedByLine(lines);
  if (field === undefined) return undefined;
  return { code: 'FIELD_RESERVED', message: `${field} is not honoured yet`, at: { field } };
}

function statedBy({ revision, expectedVersion }: Stating): keyof Stating | undefined {
  if (revision !== undefined) return 'revision';
  return expectedVersion === undefined ? undefined : 'expectedVersion';
}

function statedByLine(lines: readonly Stating[]): string | undefined {
  const index = lines.findIndex(statedBy);
  return index < 0 ? undefined : `lines[${index}].${statedBy(lines[index]!)}`;
}
