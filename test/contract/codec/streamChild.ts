/** `node streamChild.ts <format> <megabytes>`: reads so much of a generated payload, prints figures. */
import { csv } from '../../../core/codecs/csv.ts';
import { fixed } from '../../../core/codecs/fixed.ts';
import { json } from '../../../core/codecs/json.ts';
import { xml } from '../../../core/codecs/xml.ts';
import type { Codec } from '../../../core/ports.ts';
import { peakMemoryBytes } from '../../peakMemory.ts';
import { codecWith } from './readAll.ts';

interface Format {
  codec: Codec;
  head: string;
  tail: string;
  row(n: number): string;
}

const FORMATS: Record<string, Format> = {
  csv: {
    codec: codecWith(csv),
    head: 'sku,note,quantity\n',
    tail: '',
    row: (n) => `S${n},"a ""note""\nof two lines",${n}.5\n`,
  },
  json: {
    codec: codecWith(json, { records: 'rows' }),
    head: '{"rows":[{"sku":"S1"}',
    tail: ']}',
    row: (n) => `,\n{"sku":"S${n}","note":"a note","lines":[{"n":${n}.5}]}`,
  },
  ndjson: {
    codec: codecWith(json),
    head: '{"sku":"S1"}\n',
    tail: '',
    row: (n) => `{"sku":"S${n}","note":"a note","quantity":1234567890.1234567890}\n`,
  },
  xml: {
    codec: codecWith(xml, { record: 'row' }),
    head: '<rows>',
    tail: '</rows>',
    row: (n) => `<row n="${n}"><sku>S${n}</sku><note>a note &amp; more</note></row>\n`,
  },
  documents: {
    codec: codecWith(xml, {
      records: ['Row', 'Other'],
      envelope: ['Head', '@at'],
      text: true,
      doctype: 'ignore',
    }),
    head: `<!DOCTYPE rows><rows at="1"><Head><from>${'x'.repeat(60_000)}</from></Head>`,
    tail: '</rows>',
    row: (n) => `<Row><sku of="a">S${n}</sku><note lang="en">a note</note></Row>\n`,
  },
  fixed: {
    codec: codecWith(fixed, { fields: { sku: '1-10', quantity: { at: '11-20', decimals: 3 } } }),
    head: '',
    tail: '',
    row: (n) => `${`S${n}`.padEnd(10)}${String(n).padStart(10, '0')} a note\n`,
  },
  filled: {
    codec: codecWith(csv, { fill: ['order', 'date'], footer: '^END' }),
    head: 'order,date,sku\n',
    tail: 'END\n',
    row: (n) => (n % 100 === 1 ? `O${n},2026-03-01,S${n}\n` : `,,S${n}\n`),
  },
};

const [name = 'csv', megabytes = '20'] = process.argv.slice(2);
const format = FORMATS[name]!;
const wanted = Number(megabytes) * 1_000_000;
let made = 0;

async function* payload(): AsyncGenerator<Uint8Array> {
  yield Buffer.from(format.head);
  let row = 0;
  for (let bytes = 0; bytes < wanted; ) {
    let text = '';
    while (text.length < 64 * 1024) {
      row += 1;
      text += format.row(row);
    }
    bytes += text.length;
    yield Buffer.from(text);
  }
  made = row;
  yield Buffer.from(format.tail);
}

let records = 0;
for await (const batch of format.codec.read(payload(), { name: 'generated' })) {
  for (const { fault } of batch) if (fault) throw new Error(`${fault.code} ${fault.message}`);
  records += batch.filter(({ passedOver }) => !passedOver).length;
}
if (name.endsWith('json')) records -= 1;
if (records !== made) throw new Error(`${made} rows were made and ${records} read`);
const peakMb = Math.round(peakMemoryBytes() / 2 ** 20);
process.stdout.write(JSON.stringify({ records, peakMb }));
