/** The decimal mark of a sample: one sender writes all of its numbers with one. */
import { ownName, type SampleField } from './sampleFields.ts';

export type Mark = ',' | '.';

export interface MarkGuess {
  /** Undefined where no number has one. */
  mark: Mark | undefined;
  /** What is to be decided about it. */
  open?: string;
}

/** Groups of three, of which the first begins with no zero, apart by what is not the mark. */
const WRITTEN: Readonly<Record<Mark, RegExp>> = {
  ',': /^[-+]?(\d+|[1-9]\d{0,2}([. '’\u00a0\u202f]\d{3})+)(,\d+)?-?$/,
  '.': /^[-+]?(\d+|[1-9]\d{0,2}([, '’\u00a0\u202f]\d{3})+)(\.\d+)?-?$/,
};
const PLAIN = /^[-+]?\d+-?$/;

export const isDecimalColumn = ({ values, isNumber }: SampleField): boolean =>
  values.length > 0 &&
  (isNumber ||
    [WRITTEN[','], WRITTEN['.']].some((form) => values.every((text) => form.test(text))));

/** What a value says: the mark that it must have, or that it could have either. */
function saidBy(text: string): Mark | 'either' | undefined {
  if (PLAIN.test(text)) return undefined;
  const marks = ([',', '.'] as const).filter((mark) => WRITTEN[mark].test(text));
  return marks.length === 2 ? 'either' : marks[0];
}

/** By the numbers that the message takes, or where these do not tell, by all others of the sample. */
export function guessMark(
  taken: readonly SampleField[],
  others: readonly SampleField[],
  isCsv: boolean,
  fallback: Mark,
): MarkGuess {
  const told = evidence(taken);
  const more = evidence(others.filter(isDecimalColumn));
  for (const { comma, dot } of [told, more]) {
    if (comma && dot) {
      const mark = told.comma ? ',' : told.dot ? '.' : fallback;
      return { mark, open: `decimal mark: the sample has both, ${comma} and ${dot}` };
    }
    if (comma) return { mark: ',' };
    if (dot) return { mark: '.' };
  }
  const either = told.either ?? more.either;
  if (told.either !== undefined) {
    const [whole, part] = [
      told.either.value.replace(/\D/g, ''),
      told.either.value.replace(',', '.'),
    ];
    const said = `${told.either.shown} is ${whole} or ${part}`;
    return { mark: fallback, open: `decimal mark: ${said}; it is read with '${fallback}'` };
  }
  if (either !== undefined || !isCsv || taken.every(({ isNumber }) => isNumber))
    return { mark: undefined };
  const open =
    'decimal mark: no number of the sample has one, so that 1.200 will be 1.2; where it is 1200, write $decimal(…, ",")';
  return { mark: undefined, open };
}

interface Evidence {
  comma?: string;
  dot?: string;
  either?: { value: string; shown: string };
}

function evidence(fields: readonly SampleField[]): Evidence {
  const found: Evidence = {};
  for (const field of fields) {
    if (field.isNumber) continue;
    for (const value of field.values) {
      const said = saidBy(value);
      const shown = `'${value}' (${ownName(field)})`;
      if (said === ',') found.comma ??= shown;
      if (said === '.') found.dot ??= shown;
      if (said === 'either') found.either ??= { value, shown };
    }
  }
  return found;
}

/** What a field says by itself, where a sample has both marks. */
export const ownMark = (field: SampleField): Mark | undefined => {
  const { comma, dot } = evidence([field]);
  return comma ? ',' : dot ? '.' : undefined;
};
