/** When so much of a payload would be parked that none of it is taken: `stop: when 5 % of a file is parked`. */
import { type Field, text } from '../spec.ts';

export interface StopAt {
  /** Hundredths of a percent of its records. */
  share: number;
  /** A payload of fewer records is judged row by row, whatever the share. */
  least: number;
  /** As it is written, for people. */
  text: string;
}

const LEAST_RECORDS = 100;
const SHAPE = 'when 5 % of a file is parked';
const SENTENCE =
  /^when (?<percent>\d{1,3})(?:\.(?<hundredths>\d{1,2}))? ?% of a (?:file|payload) is parked(?:, of at least (?<least>\d{1,9}) records)?$/;

export function stopField(about: string): Field<StopAt> {
  const field = text(about, { pattern: SENTENCE, shape: SHAPE });
  const { kind, schema, optional } = field;
  return {
    ...{ about, kind, schema, optional },
    read(value, path, report) {
      const said = field.read(value, path, report);
      if (said === undefined) return undefined;
      const {
        percent,
        hundredths = '',
        least,
      } = SENTENCE.exec(said)!.groups as Record<string, string>;
      const share = Number(percent) * 100 + Number(hundredths.padEnd(2, '0'));
      if (share > 0 && share <= 10_000)
        return { share, least: Number(least ?? LEAST_RECORDS), text: said };
      report({
        path,
        code: 'CONFIG_BAD_VALUE',
        message: `${share / 100} % is no share of a file`,
        todo: `write more than 0 % and no more than 100 %: ${SHAPE}`,
      });
      return undefined;
    },
  };
}

/** Whether so many of them are too many. */
export const isReached = (
  { share, least }: StopAt,
  { records, parked }: { records: number; parked: number },
): boolean => records >= least && parked > 0 && parked * 10_000 >= share * records;
