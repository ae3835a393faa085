import type { Value } from '../spec.ts';
import {
  checked,
  choice,
  either,
  integer,
  list,
  namedValues,
  optional,
  record,
  text,
} from '../spec.ts';
import { linePattern, lines } from './csvOptions.ts';
import { encodingOption, encodings } from './encodings.ts';
import type { FixedPlace } from './fixedPlaces.ts';

const PLACE = /^[1-9]\d{0,5}(-([1-9]\d{0,5})?)?$/;

const place = text(
  'First and last character, counted from 1: `11-18`; `20-` goes on to the end of the line; `7` is one.',
  { pattern: PLACE, shape: 'a place such as 11-18, 20- or 7' },
);

const whole = record('A field with more than its place.', {
  at: either('Where it stands.', [
    { when: (value) => typeof value === 'number', field: numbered() },
    { when: () => true, field: place },
  ]),
  decimals: optional(
    integer(
      'Makes it a number whose point is not written: how many of its digits stand behind it. `0012345` with 2 is 123.45; a sign may stand before or behind the digits. Written, it is filled up with zeros from the left.',
      { min: 0, max: 12 },
    ),
  ),
  pad: optional(
    text('What fills the field up besides blanks: one character.', {
      pattern: /^[^\r\n]$/u,
      shape: 'one character',
    }),
  ),
  align: optional(choice('On which side the text stands.', ['left', 'right'])),
});

function numbered() {
  return integer('One character.', { min: 1, max: 999_999 }) as never as typeof place;
}

const field = either<string | number | Value<typeof whole>>('Where a field stands.', [
  { when: (value) => typeof value === 'number', field: numbered() },
  { when: (value) => typeof value === 'string', field: place },
  { when: () => true, field: whole },
]);

const fields = namedValues(
  'Fields by their names, each with its place in the line, in characters: `{ sku: 1-10, quantity: { at: 11-18, decimals: 3 } }`. Blanks at both ends are no part of a field. What stands between fields is not read.',
  field,
);

const fixedReadFields = record('How lines of fixed width are read.', {
  fields: optional(fields),
  kind: optional(
    either('Where each line says of which kind it is, with `rows`.', [
      { when: (value) => typeof value === 'number', field: numbered() },
      { when: () => true, field: place },
    ]),
  ),
  rows: optional(
    list(
      'Lines of several kinds, from the outermost in, each with its fields: `[{ H: { document: 2-11 } }, { L: { sku: 2-11 } }]`. A line of the last kind is a record, which has the fields of the lines above it, too, as with `rows` of csv. Any other line is bad: name what is none under `ignore`, `header` or `footer`.',
      checked(namedValues('One kind: what stands at `kind`, and its fields.', fields), (kind) =>
        Object.keys(kind).length === 1 ? undefined : 'name one kind of lines in each entry',
      ),
      { min: 2 },
    ),
  ),
  header: optional(
    linePattern(
      'A regular expression for the first line, which is no record (`^HDR`). A payload without it is refused. A group in it is the number of lines between header and footer, and must agree.',
    ),
  ),
  footer: optional(
    linePattern(
      'A regular expression for the line that ends the payload, which is no record and counted as filtered (`^TRL`). A payload without it was cut short and is refused (CSV_FOOTER), as is one with lines behind it. A group in it is the number of lines before it, and must agree: `^TRL(\\d+)`.',
    ),
  ),
  ignore: optional(
    linePattern(
      'A regular expression: lines in which it is found are no records and are counted as filtered.',
    ),
  ),
  encoding: encodingOption,
});

export const fixedRead = checked(fixedReadFields, ({ fields: one, rows, kind }) => {
  if ((one === undefined) === (rows === undefined))
    return 'write either `fields`, or `kind` and `rows`';
  if ((rows === undefined) !== (kind === undefined)) return '`kind` and `rows` belong together';
  const all = rows ? rows.flatMap((of) => Object.values(of)) : [one!];
  const names = all.flatMap((of) => Object.keys(of));
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) return `'${twice}' stands twice`;
  return all.map(placesFault).find((fault) => fault !== undefined);
});

export type FixedRead = Value<typeof fixedReadFields>;

const fixedWriteFields = record('How lines of fixed width are written.', {
  fields,
  eol: optional(choice('How lines end.', ['crlf', 'lf']), 'crlf'),
  preamble: optional(lines('Lines before the first record, as of csv.'), []),
  trailer: optional(lines('Lines behind the last, as of csv: `TRL{count:6}`.'), []),
  encoding: optional(
    choice('How text becomes bytes. A character that it does not have is refused.', encodings),
    'utf-8',
  ),
});

export const fixedWrite = checked(fixedWriteFields, ({ fields: of }) => {
  const fault = placesFault(of);
  if (fault !== undefined) return fault;
  const sorted = placesOf(of);
  const under = sorted.find(({ from }, index) => index > 0 && from <= sorted[index - 1]!.to);
  return under && `'${under.name}' begins where the field before it has not ended`;
});

export type FixedWrite = Value<typeof fixedWriteFields>;

type Fields = FixedWrite['fields'];

function placesFault(of: Fields): string | undefined {
  const bad = placesOf(of).find(
    ({ from, to, decimals }) =>
      to < from || (decimals !== undefined && to === Number.POSITIVE_INFINITY),
  );
  if (!bad) return undefined;
  return bad.to < bad.from
    ? `'${bad.name}' ends before it begins`
    : `'${bad.name}' is a number, and needs an end`;
}

/** By where they begin. */
export const placesOf = (of: Fields): FixedPlace[] =>
  Object.entries(of)
    .map(([name, said]) => placeOf(name, said))
    .sort((one, other) => one.from - other.from);

export function placeOf(name: string, said: Fields[string]): FixedPlace {
  const { at, decimals, pad, align } =
    typeof said === 'object' ? said : ({ at: said } as Value<typeof whole>);
  const [from = '', to] = String(at).split('-');
  const isNumber = decimals !== undefined;
  return {
    name,
    from: Number(from),
    to: to === undefined ? Number(from) : to === '' ? Number.POSITIVE_INFINITY : Number(to),
    decimals,
    pad: pad ?? (isNumber ? '0' : ' '),
    align: align ?? (isNumber ? 'right' : 'left'),
  };
}
