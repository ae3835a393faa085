import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { csv } from '../../core/codecs/csv.ts';
import { json } from '../../core/codecs/json.ts';
import { xml } from '../../core/codecs/xml.ts';
import type { CodecSpec, RecordValue } from '../../core/ports.ts';
import type { ReadResult } from '../contract/codec/readAll.ts';
import { codecWith, faults, readAll, values } from '../contract/codec/readAll.ts';
import { describeSamples } from '../samples.ts';

interface Expected {
  codec?: CodecSpec;
  read?: object;
  /** Good records, and the faults of the others. */
  good?: number;
  faults?: string[];
  /** The code with which the rest is refused. */
  refused?: string;
  /** Some cells, as `record field`. */
  cells?: Record<string, unknown>;
}

/** Time that any of these small files may take, attacks included. */
const TIME_MS = 2_000;

const MESSY: Record<string, Expected> = {
  'csvspectrum__comma_in_quotes.csv': { good: 1 },
  'csvspectrum__empty_crlf.csv': { good: 2 },
  'csvspectrum__json.csv': { good: 1 },
  'csvspectrum__location_coordinates.csv': { good: 1 },
  'csvspectrum__newlines_crlf.csv': { good: 3 },
  'csvspectrum__simple.csv': { good: 1 },
  'csvspectrum__simple_crlf.csv': { good: 1 },
  'frictionless__ascii-notvalid.csv': { good: 1, cells: { '1 C': 'ab€' } },
  'frictionless__blank-headers.csv': { refused: 'CSV_BAD_HEADER' },
  'frictionless__bom.csv': { good: 2, cells: { '1 id': '1', '2 name': '中国人' } },
  'frictionless__defective-rows.csv': {
    good: 0,
    faults: ['1:2 CSV_RAGGED_ROW', '2:3 CSV_RAGGED_ROW'],
    cells: { '1 name': 'John', '2 age': '26' },
  },
  'frictionless__doublequote.csv': { good: 5, cells: { '1 AÑO': '2019', '5 INCISO': 'A.N.E.P.' } },
  'frictionless__duplicate-headers.csv': { refused: 'CSV_BAD_HEADER' },
  'frictionless__escaping.csv': { good: 3, cells: { '2 Test': ' "Test "" line 2"' } },
  'frictionless__latin1.csv': { good: 1, refused: 'TEXT_BAD_ENCODING' },
  'frictionless__structure-errors.csv': {
    good: 3,
    faults: ['4:5 CSV_RAGGED_ROW'],
    cells: { '3 id': '' },
  },
  'frictionless__table-infer-iso-8859-7.csv': { good: 0, refused: 'TEXT_BAD_ENCODING' },
  'frictionless__table-infer-missing-values.csv': { good: 7, cells: { '2 id': '-' } },
  'messytables__begrotingsanalyse-2011.csv': { refused: 'CSV_BAD_HEADER' },
  'messytables__excel_pasting.csv': { refused: 'CSV_BAD_HEADER' },
  'messytables__long.csv': { good: 3999, cells: { '3999 foo': 'foo' } },
  'messytables__null.csv': { refused: 'CSV_BAD_HEADER' },
  'messytables__simple.psv': {
    good: 28,
    cells: { '1 Other dwellings': '35000', '28 Year': '2013' },
  },
  'messytables__spanish_chars.csv': { refused: 'TEXT_BAD_ENCODING' },
  'messytables__utf-16le_encoded.csv': {
    good: 327,
    cells: { '1 Organisation_name': 'Enfield PCT' },
  },
  'messytables__utf8bom.csv': { good: 0 },
  'messytables__weird_head_padding.csv': { good: 0 },
  'mholt__long-sample.csv': { good: 7 },
  'mholt__malformed.tsv': {
    good: 6,
    faults: ['2:3 CSV_RAGGED_ROW', '5:6 CSV_RAGGED_ROW', '8:9 CSV_OPEN_QUOTE'],
    cells: { '9 site': 'VSF' },
  },
};

/** What was refused above, read with the options that the refusal asks for. */
const TOLD: [string, Expected][] = [
  [
    'frictionless__blank-headers.csv',
    {
      read: { columns: ['id', 'name', 'age'], header: true },
      good: 2,
      cells: { '2 name': 'Julie' },
    },
  ],
  [
    'frictionless__duplicate-headers.csv',
    {
      read: { header: true, columns: ['a', 'b', 'c', 'd', 'e'] },
      good: 2,
      cells: { '1 e': '001101' },
    },
  ],
  [
    'frictionless__latin1.csv',
    { read: { encoding: 'iso-8859-1' }, good: 2, cells: { '2 name': '©' } },
  ],
  [
    'frictionless__table-infer-iso-8859-7.csv',
    { read: { encoding: 'iso-8859-7' }, good: 4, cells: { '1 name': 'Λεωνιδας' } },
  ],
  [
    'messytables__begrotingsanalyse-2011.csv',
    { read: { header: false }, good: 43, cells: { '1 c7': '2011', '43 c2': 'Aantal gemeenten' } },
  ],
  [
    'messytables__excel_pasting.csv',
    { read: { skip: 3 }, good: 17, cells: { '1 Year': 'Timber', '1 2000': '2,666' } },
  ],
  [
    'messytables__null.csv',
    { read: { header: false }, good: 10, cells: { '3 c3': '', '10 c4': '0' } },
  ],
  [
    'messytables__spanish_chars.csv',
    {
      read: { encoding: 'windows-1252' },
      good: 116,
      cells: { '1 Gasto total 2011': '229,932.50' },
    },
  ],
  [
    'messytables__weird_head_padding.csv',
    { read: { skip: 10, delimiter: ';', header: false }, cells: { '2 c2': '1985' } },
  ],
  ['mholt__long-sample.csv', { read: { header: false }, good: 8, cells: { '8 c1': 'Talon' } }],
];

const notRecords = (count: number): Expected => ({
  good: 0,
  faults: Array.from({ length: count }, (_, index) => `${index + 1}:${index + 2} JSON_NOT_RECORDS`),
});
const oneBad = (code: string): Expected => ({ good: 0, faults: [`1:1 ${code}`] });
const JSON_SUITE = 'jsontestsuite__';

const HOSTILE: Record<string, Expected> = {
  [`${JSON_SUITE}i_number_huge_exp.json`]: oneBad('JSON_NOT_RECORDS'),
  [`${JSON_SUITE}i_number_very_big_negative_int.json`]: oneBad('JSON_NOT_RECORDS'),
  [`${JSON_SUITE}i_object_key_lone_2nd_surrogate.json`]: { good: 0, refused: 'JSON_SYNTAX' },
  [`${JSON_SUITE}i_string_UTF-8_invalid_sequence.json`]: { good: 0, refused: 'TEXT_BAD_ENCODING' },
  [`${JSON_SUITE}i_string_overlong_sequence_2_bytes.json`]: {
    good: 0,
    refused: 'TEXT_BAD_ENCODING',
  },
  [`${JSON_SUITE}i_string_utf16BE_no_BOM.json`]: oneBad('JSON_NOT_RECORDS'),
  [`${JSON_SUITE}i_structure_500_nested_arrays.json`]: oneBad('NESTING_TOO_DEEP'),
  [`${JSON_SUITE}n_number_hex_2_digits.json`]: oneBad('JSON_SYNTAX'),
  [`${JSON_SUITE}n_number_infinity.json`]: oneBad('JSON_SYNTAX'),
  [`${JSON_SUITE}n_number_with_leading_zero.json`]: oneBad('JSON_SYNTAX'),
  [`${JSON_SUITE}n_object_trailing_comment.json`]: { good: 0, refused: 'JSON_SYNTAX' },
  [`${JSON_SUITE}n_string_unescaped_newline.json`]: { good: 0, refused: 'JSON_SYNTAX' },
  [`${JSON_SUITE}n_structure_100000_opening_arrays.json`]: { good: 0, refused: 'NESTING_TOO_DEEP' },
  [`${JSON_SUITE}n_structure_null-byte-outside-string.json`]: oneBad('JSON_SYNTAX'),
  [`${JSON_SUITE}n_structure_object_with_trailing_garbage.json`]: {
    good: 0,
    refused: 'JSON_SYNTAX',
  },
  [`${JSON_SUITE}n_structure_unclosed_object.json`]: { good: 0, refused: 'JSON_SYNTAX' },
  [`${JSON_SUITE}y_number_double_close_to_zero.json`]: oneBad('JSON_NOT_RECORDS'),
  [`${JSON_SUITE}y_number_minus_zero.json`]: oneBad('JSON_NOT_RECORDS'),
  [`${JSON_SUITE}y_object_duplicated_key_and_value.json`]: { good: 1, cells: { '1 a': 'b' } },
  [`${JSON_SUITE}y_object_empty_key.json`]: { good: 1, cells: { '1 ': 0 } },
  [`${JSON_SUITE}y_object_escaped_null_in_key.json`]: { good: 1, cells: { '1 foo\u0000bar': 42 } },
  'minimaxir__blns.json': notRecords(515),
  'patt__Classic_XXE.xml': { refused: 'XML_DTD_REFUSED' },
  'patt__Deny_Of_Service_-_Billion_Laugh_Attack': { codec: xml, refused: 'XML_DTD_REFUSED' },
  'patt__XXE_Fuzzing.txt': { codec: xml, refused: 'XML_DTD_REFUSED' },
  'patt__XXE_PHP_Wrapper.xml': { refused: 'XML_DTD_REFUSED' },
  'patt__csv_injection_payloads.txt': {
    codec: csv,
    read: { header: false, delimiter: 'tab' },
    good: 16,
    cells: { '4 c1': '@' },
  },
  'tiran__dtd.xml': { refused: 'XML_DTD_REFUSED' },
  'tiran__external.xml': { refused: 'XML_DTD_REFUSED' },
  'tiran__quadratic.xml': { refused: 'XML_DTD_REFUSED' },
  'tiran__simple-ns.xml': { good: 1, cells: { '1 #text': 'tail', '1 empty-element': '' } },
  'tiran__xmlbomb.xml': { refused: 'XML_DTD_REFUSED' },
};

function codecOf(file: string): CodecSpec {
  return file.endsWith('.xml') ? xml : /\.json(ld)?$/.test(file) ? json : csv;
}

async function check(folder: string, file: string, expected: Expected): Promise<void> {
  const bytes = readFileSync(join(folder, file));
  const codec = codecWith(expected.codec ?? codecOf(file), expected.read);
  const start = performance.now();
  const result = await readAll(codec, bytes);
  assert.ok(performance.now() - start < TIME_MS, 'takes too long');
  assert.equal(result.refused?.code, expected.refused, result.refused?.message);
  if (expected.good !== undefined) assert.equal(values(result).length, expected.good);
  if (expected.faults) assert.deepEqual(faults(result), expected.faults);
  for (const [place, value] of Object.entries(expected.cells ?? {})) {
    const [record = '', ...field] = place.split(' ');
    assert.equal(result.records[Number(record) - 1]?.value[field.join(' ')], value, place);
  }
  assert.deepEqual(await readAll(codec, bytes, 5), result, 'however the bytes are cut');
}

function checkFolder(folder: string, table: Record<string, Expected>): void {
  const files = readdirSync(folder).filter((file) => file in table || !file.endsWith('.json'));
  for (const file of files) {
    it(file, async () => {
      const expected = table[file];
      assert.ok(expected, 'a sample without an expectation');
      await check(folder, file, expected);
    });
  }
}

describeSamples('messy CSV samples', 'messy_csv', (folder) => {
  describe('samples: messy CSV is read right or refused', () => {
    checkFolder(folder, MESSY);
    for (const [file, expected] of TOLD) {
      it(`${file} with ${JSON.stringify(expected.read)}`, () => check(folder, file, expected));
    }
  });

  describe('samples: cells equal those of the JSON twins', () => {
    for (const twin of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
      it(twin, async () => {
        const expected = [JSON.parse(readFileSync(join(folder, twin), 'utf8'))].flat();
        const result = await readAll(
          codecWith(csv),
          readFileSync(join(folder, twin.replace('.json', '.csv'))),
        );
        // The twin was published with another phone number than its CSV has.
        const phone = 'Contact Phone Number';
        const cells = (row: unknown): unknown => ({ ...(row as RecordValue), [phone]: '' });
        assert.deepEqual(values(result).map(cells), expected.map(cells));
      });
    }
  });
});

describeSamples('hostile samples', 'hostile', (folder) => {
  describe('samples: attacks are refused or harmless', () => {
    for (const file of readdirSync(folder)) {
      it(file, async () => {
        const expected = HOSTILE[file];
        assert.ok(expected, 'a sample without an expectation');
        await check(folder, file, expected);
      });
    }
  });
});

/** Real files that carry a DOCTYPE. */
const DOCTYPE = /^gs1__(event_with_identical|masterdata_all|object_event_all).*xml$/;

for (const family of ['ubl', 'commerce', 'finance', 'epcis', 'dynamics365', 'crm_salesforce']) {
  describeSamples(`${family} samples`, family, (folder) => {
    describe(`samples: ${family} is read`, () => {
      for (const file of readdirSync(folder).filter((name) => /\.(xml|json|jsonld)$/.test(name))) {
        it(file, async () => {
          const result: ReadResult = await readAll(
            codecWith(codecOf(file)),
            readFileSync(join(folder, file)),
          );
          if (DOCTYPE.test(file)) return assert.equal(result.refused?.code, 'XML_DTD_REFUSED');
          assert.equal(result.refused, undefined);
          assert.ok(result.records.length > 0);
          // Its first record lacks a comma, as it was published; the second is read.
          const broken = file.endsWith('_as_published.json');
          assert.deepEqual(faults(result), broken ? ['1:2 JSON_SYNTAX'] : []);
        });
      }
    });
  });
}

describeSamples('samples with records inside', 'finance', (folder) => {
  describe('samples: records inside of documents', () => {
    const read = (file: string, options: object): Promise<ReadResult> =>
      readAll(codecWith(codecOf(file), options), readFileSync(join(folder, file)));

    it('UBL order lines, with units as attributes', async () => {
      const { records } = await read('../ubl/phax__UBL-Order-2.1-Example.xml', {
        record: 'LineItem',
      });
      assert.equal(records.length, 2);
      assert.deepEqual(records[0]?.value.Quantity, { '@unitCode': 'LTR', '#text': '120' });
    });

    it('Shopify stock levels', async () => {
      const result = await read('../commerce/shopify__inventory_levels.json', {
        records: 'inventory_levels',
      });
      assert.equal(result.records[0]?.value.available, 27);
    });

    it('Xero items', async () => {
      const { records } = await read('xero__items.xml', { record: 'Item' });
      assert.ok(records.length > 1);
      assert.ok(records.every(({ value }) => typeof value.ItemID === 'string'));
    });

    it('DATEV bookings, with semicolons and decimal commas', async () => {
      const options = { skip: 1, encoding: 'windows-1252' };
      const result = await read('datev__EXTF_Buchungsstapel.csv', options);
      assert.equal(result.records[0]?.value['Umsatz (ohne Soll/Haben-Kz)'], '24,95');
      assert.deepEqual(faults(result), []);
    });
  });
});
