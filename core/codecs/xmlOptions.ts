import type { Value } from '../spec.ts';
import { choice, flag, list, optional, record, text } from '../spec.ts';
import { encodingOption } from './encodings.ts';

/** What is allowed as the name of an element here: no blanks, no markup. */
const NAME = /^[^\s<>/&"'=]+$/;

const elementName = (about: string) =>
  text(about, { pattern: NAME, shape: 'the name of an element' });

export const xmlRead = record('How XML is read.', {
  record: optional(
    elementName(
      'The element that repeats: each is one record, read on its own, so that a file of any size takes little memory. Written with a prefix (`ns:Order`), the prefix must match. Without `record` the whole document is one record.',
    ),
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

export type XmlRead = Value<typeof xmlRead>;

export const xmlWrite = record('How XML is written.', {
  root: optional(elementName('The element around all records.'), 'records'),
  record: optional(elementName('The element around each record.'), 'record'),
  declaration: optional(flag('Begins with `<?xml version="1.0" encoding="UTF-8"?>`.'), true),
  indent: optional(flag('Puts every element on a line of its own, for people to read.'), false),
});

export type XmlWrite = Value<typeof xmlWrite>;
