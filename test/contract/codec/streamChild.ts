/** `node streamChild.ts <codec> <megabytes>`: reads so much of a generated payload, prints figures. */
import { csv } from '../../../core/codecs/csv.ts';
import { json } from '../../../core/codecs/json.ts';
import { xml } from '../../../core/codecs/xml.ts';
import type { CodecSpec } from '../../../core/ports.ts';
import { codecWith } from './readAll.ts';

const [name = 'csv', megabytes = '20'] = process.argv.slice(2);
const spec = ([csv, json, xml] as CodecSpec[]).find((codec) => codec.name === name)!;

const FORMATS: Record<string, { head: string; tail: string; row(n: number): string }> = {
  csv: {
    head: 'sku,note,quantity\n',
    tail: '',
    row: (n) => `S${n},"a ""note""\nof two lines",${n}.5\n`,
  },
  json: {
    head: '[{}',
    tail: ']',
    row: (n) => `,\n{"sku":"S${n}","note":"a note","lines":[{"n":${n}.5}]}`,
  },
  xml: {
    head: '<rows>',
    tail: '</rows>',
    row: (n) => `<row n="${n}"><sku>S${n}</sku><note>a note &amp; more</note></row>\n`,
  },
};

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
for await (const batch of codecWith(spec, name === 'xml' ? { record: 'row' } : {}).read(payload(), {
  name: 'generated',
})) {
  for (const { fault } of batch) if (fault) throw new Error(`${fault.code} ${fault.message}`);
  records += batch.length;
}
if (name === 'json') records -= 1;
if (records !== made) throw new Error(`${made} rows were made and ${records} read`);
const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(JSON.stringify({ records, peakMb }));
