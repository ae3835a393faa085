import type { Value } from '../spec.ts';
import { checked, choice, flag, list, optional, record, text } from '../spec.ts';
import { encodingOption, encodings } from './encodings.ts';

/** What is allowed as the name of an element here: no blanks, no markup. */
const NAME = /^[^\s<>/&"'=]+$/;

const elementName = (about: string) =>
  text(about, { pattern: NAME, shape: 'the name of an element' });

const xmlReadFields = record('How XML is read.', {
  record: optional(
    elementName(
      'The element that repeats: each is one record, read on its own, so that a file of any size takes little memory. Written with a prefix (`ns:Order`), the prefix must match. Without `record` the whole document is one record.',
    ),
  ),
  records: optional(
    list(
      'Several such elements instead of one: they are read in the order of the document, and `#element` has the name of each (as it stands here).',
      elementName('The name of an element that is a record.'),
      { min: 1 },
    ),
  ),
  root: optional(
    elementName(
      'The name that the root element must have; a document of another is refused (XML_WRONG_ROOT): an OrderChange has nearly all that an Order has.',
    ),
  ),
  envelope: optional(
    list(
      'What is kept of what stands around the records: elements before the first of them, whose own parent holds that record, so that the `ID` of an order is kept and not that of a supplier beside it, and attributes of the root (`@creationDate`). Each record has it as `#envelope`, under the same names. What stands behind the first record refuses the payload (ENVELOPE_LATE); it has 64 KiB at most.',
      text('The name of an element, or of an attribute behind `@`.', {
        pattern: /^@?[^\s<>/&"'=@]+$/,
        shape: 'the name of an element, or of an attribute behind `@`',
      }),
    ),
    [],
  ),
  text: optional(
    flag(
      'An element that has no elements inside is its text, whatever attributes it carries: these stand beside it, as `ID@schemeID` (in backticks in an expression, as in PartyIdentification[`ID@schemeID` = "GLN"].ID); where it repeats they are a list as long, null for each that has none. Without it, such an element is text or an object as its attributes come and go.',
    ),
    false,
  ),
  doctype: optional(
    choice(
      '`refuse` refuses a document with a DOCTYPE. `ignore` passes over one without an internal subset, which declares nothing: what it names is never fetched.',
      ['refuse', 'ignore'],
    ),
    'refuse',
  ),
  lists: optional(
    list(
      'Elements that are always lists. An element that occurs once is otherwise a single value, and a list where it occurs again; expressions and `split` treat one and many alike, so this is for what compares or counts.',
      elementName('A name of an element, as it comes out.'),
    ),
    [],
  ),
  namespaces: optional(
    choice(
      '`strip` takes prefixes from elements and attributes and leaves out namespace declarations; `keep` leaves names as they are written.',
      ['strip', 'keep'],
    ),
    'strip',
  ),
  trim: optional(
    flag('Takes blanks and line breaks from both ends of text. CDATA sections stay as they are.'),
    true,
  ),
  encoding: encodingOption,
});

export const xmlRead = checked(xmlReadFields, ({ record: one, records, envelope }) => {
  if (one !== undefined && records) return 'write either `record` or `records`';
  if (envelope.length === 0 || one !== undefined || records) return undefined;
  return '`envelope` stands beside `record` or `records`: without them the whole document is one record';
});

export type XmlRead = Value<typeof xmlRead>;

export const xmlWrite = record('How XML is written.', {
  root: optional(elementName('The element around all records.'), 'records'),
  record: optional(elementName('The element around each record.'), 'record'),
  declaration: optional(
    flag('Begins with `<?xml version="1.0" encoding="UTF-8"?>`, or the encoding that is written.'),
    true,
  ),
  encoding: optional(
    choice(
      'How text becomes bytes. A character that it does not have is written by its number, as in `&#26085;`; in a name it is refused (TEXT_NOT_ENCODABLE).',
      encodings,
    ),
    'utf-8',
  ),
  indent: optional(flag('Puts every element on a line of its own, for people to read.'), false),
});

export type XmlWrite = Value<typeof xmlWrite>;
