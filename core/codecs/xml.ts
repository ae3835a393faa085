import type { CodecSpec } from '../ports.ts';
import type { XmlRead, XmlWrite } from './xmlOptions.ts';
import { xmlRead, xmlWrite } from './xmlOptions.ts';
import { XmlReader } from './xmlReader.ts';
import { XmlWriter } from './xmlWriter.ts';

export const xml: CodecSpec<XmlRead, XmlWrite> = {
  name: 'xml',
  about:
    'Elements as records. All text stays text, so `00123` keeps its zeros. Children are fields; an attribute is `@name`; text beside children or attributes is `#text`; an element that repeats is a list; an empty element is empty text, and null where it says nil in the namespace of xsi, whatever its prefix; an element whose only attribute is xsi:type is its text. What is not well-formed inside of a record costs that record, anywhere else the rest of the document. What is rejected comes back in its root element, behind a comment that says why, to be corrected and sent again. What could not be read stands there as it came, and is refused again until it is corrected. Document types and entities other than those of XML itself are refused.',
  contentType: 'application/xml',
  extension: 'xml',
  readOptions: xmlRead,
  writeOptions: xmlWrite,
  examples: [
    'read: { xml: { record: Transfer } }',
    'read: { xml: { record: Order, lists: [Line], namespaces: keep } }',
    'read: { xml: { root: DespatchAdvice, text: true } }',
    'read: { xml: { records: [ObjectEvent, AggregationEvent], envelope: [EPCISHeader, "@creationDate"] } }',
    'write: { xml: { root: Stock, record: Item } }',
  ],
  codec(read, write) {
    const options = read ?? (xmlRead.read({}, [], () => undefined) as XmlRead);
    const writing = write ?? (xmlWrite.read({}, [], () => undefined) as XmlWrite);
    const { encoding } = writing;
    const contentType = encoding === 'utf-8' ? undefined : `application/xml; charset=${encoding}`;
    return {
      read: (chunks, context) => new XmlReader(options, chunks, context),
      writer: () => new XmlWriter(writing),
      contentType,
    };
  },
};
