import type { Fault } from './errors.ts';

interface Stating {
  readonly expectedVersion?: string;
}

/**
 * What a message states that nothing honours yet: to book it as if it were not there would be to do
 * something else than was asked.
 */
export function reservedField(data: object): Fault | undefined {
  const { lines = [] } = data as { lines?: readonly Stating[] };
  const field = statedBy(data) ?? statedByLine(lines);
  if (field === undefined) return undefined;
  return { code: 'FIELD_RESERVED', message: `${field} is not honoured yet`, at: { field } };
}

const statedBy = ({ expectedVersion }: Stating): keyof Stating | undefined =>
  expectedVersion === undefined ? undefined : 'expectedVersion';

function statedByLine(lines: readonly Stating[]): string | undefined {
  const index = lines.findIndex(statedBy);
  return index < 0 ? undefined : `lines[${index}].${statedBy(lines[index]!)}`;
}
