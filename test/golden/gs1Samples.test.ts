import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { json } from '../../core/codecs/json.ts';
import { xml } from '../../core/codecs/xml.ts';
import { isStockbusError } from '../../core/errors.ts';
import { aiRows } from '../../core/flow/gs1/aiRows.ts';
import { epc } from '../../core/flow/gs1/epc.ts';
import { epcisHash } from '../../core/flow/gs1/epcisHash.ts';
import { gtin } from '../../core/flow/gs1/gs1Keys.ts';
import { gs1Scan } from '../../core/flow/gs1/gs1Scan.ts';
import type { RecordValue } from '../../core/ports.ts';
import { aiRowsOf } from '../../scripts/aiRowsOf.ts';
import { codecWith, readAll } from '../contract/codec/readAll.ts';
import { describeSamples } from '../samples.ts';

const listIn = (folder: string, file: string) =>
  JSON.parse(readFileSync(join(folder, file), 'utf8'));

/** What is found, or the code with which it is refused. */
function of<Found>(read: () => Found): Found | string {
  try {
    return read();
  } catch (error) {
    if (isStockbusError(error)) return error.code;
    throw error;
  }
}

describeSamples('GS1 barcodes', 'gs1_barcode', (folder) => {
  describe('samples: GS1 barcodes', () => {
    it('the table of AIs is that of the dictionary', () => {
      const dictionary = readFileSync(join(folder, 'gs1__gs1-syntax-dictionary.txt'), 'utf8');
      assert.deepEqual(aiRows.trim().split('\n'), aiRowsOf(dictionary));
    });

    it('check digits', () => {
      for (const { value, valid } of listIn(folder, 'gs1__check_digit_vectors.json')) {
        const found = of(() => gtin(value));
        assert.equal(found, valid ? value.padStart(14, '0') : 'GS1_CHECK_DIGIT');
      }
    });

    it('elements in parentheses say what their element string does', () => {
      for (const one of listIn(folder, 'gs1__bracketed_ai_element_strings.json')) {
        const found = of(() => gs1Scan(one.bracketed_input));
        if (!one.should_succeed) assert.equal(found, 'GS1_BAD_ELEMENT', one.bracketed_input);
        else assert.deepEqual(found, gs1Scan(one.expect_fnc1_string), one.bracketed_input);
      }
    });

    it('what scanners send of each symbol', () => {
      for (const { expect_scan_data: scan } of listIn(folder, 'gs1__generate_scan_data.json')) {
        if (scan === null) continue;
        const found = of(() => gs1Scan(scan));
        if (/^\][QdJ][01]/.test(scan) && !scan.startsWith(']J1')) {
          assert.equal(found, 'GS1_BAD_ELEMENT', scan);
        } else {
          assert.match((found as RecordValue)['01'] as string, /^\d{14}$/, scan);
          if (scan.includes('COMPOSITE')) assert.ok(/XYZ/.test(JSON.stringify(found)), scan);
        }
      }
    });

    it('a scan with prices and weights', () => {
      const scan = readFileSync(join(folder, 'peterbrockfeld__ScannedBarcode.txt'), 'utf8');
      assert.deepEqual(gs1Scan(scan), {
        '01': '04012345678901',
        '10': 'ABC123',
        '17': '2015-01-29',
        '3103': '0.525',
        '310n': '0.525',
        '3922': '47.11',
        '392n': '47.11',
        '3932': '47.11',
        '393n': '47.11',
        currency: '971',
        '421': '27649716',
      });
    });

    it('element strings of another parser, which does not check them', () => {
      for (const { scenario, data, expected } of listIn(
        folder,
        'solidsoft__parser_feature_vectors.json',
      )) {
        const found = of(() => gs1Scan(data));
        if (/invalid|MH10/.test(scenario)) assert.match(String(found), /^GS1_/, data);
        else for (const [ai] of expected) assert.ok(Object.hasOwn(found as object, ai), data);
      }
    });

    it('FNC1 that a program wrote as text', () => {
      for (const { data, expected } of listIn(folder, 'janisvepris__serial_fnc1_vectors.json')) {
        // What follows is no element in two of them.
        assert.deepEqual(gs1Scan(data.replace(/\[FNC1\].*$/, '[FNC1]')), expected, data);
      }
    });
  });
});

/** By the reference implementation of GS1 Germany (RalphTro/epcis-event-hash-generator, CBV 2.0). */
const HASHES: Readonly<Record<string, string[]>> = {
  'gs1__EPCISQueryDocument.jsonld': [
    'df6523665bc5e5803d6c7b84f5a04e103694d8220f2abc4f2c74310e89f31bc6',
    '32547b2344d525ea60ab1b899d82a9011fd9c39bb26ed936e113066146f49941',
  ],
  'openepcis__epcisDocWithAllGS1Keys.json': [
    '40744f32beff53a4bf5bb5956d465cb52de5bbcc9f131409d8efb903b04d9351',
  ],
  'ralphtro__epclist_normalisation.jsonld': [
    '028e1a1a0aef2be946fa8026eec361159033cab9d4da3f94bee1d58070b20198',
  ],
  'ralphtro__epcisDocWithShippingAndTransportingEvent.jsonld': [
    '2919bf0587534fef0e25eea97b5dda68f345e6bbf2c6b4cb27b2a52e0039272b',
    '1d2ec4174d8f0b5988a44795b31a636e8bc7f88ebc4bdc0d35c14f215a842e80',
  ],
};

const idOf = (digest: string) => `ni:///sha-256;${digest}?ver=CBV2.0`;

describeSamples('EPCIS events', 'epcis', (folder) => {
  describe('samples: EPCIS events', () => {
    /** Events of JSON, with the namespaces of their document. */
    async function hashesOf(file: string): Promise<(string | undefined)[]> {
      const bytes = readFileSync(join(folder, file));
      const { records } = await readAll(codecWith(json, { format: 'document' }), bytes);
      // biome-ignore lint/suspicious/noExplicitAny: documents of others.
      const document = records[0]!.value as any;
      const { epcisBody: body } = document;
      const events = body.eventList ?? body.queryResults.resultsBody.eventList;
      return events.map((event: unknown) => epcisHash(event, document['@context']));
    }

    /** Object events of XML. */
    async function hashesOfXml(file: string, more: RecordValue = {}) {
      // The declaration of a document type without a subset says nothing.
      const text = readFileSync(join(folder, file), 'utf8').replace('<!DOCTYPE project>', '');
      const codec = codecWith(xml, { record: 'ObjectEvent', namespaces: 'keep' });
      const { records } = await readAll(codec, text);
      const prefixes = { ext1: 'http://example.com/ext1' };
      return records.map(({ value }) =>
        epcisHash({ ...value, type: 'ObjectEvent', ...more }, prefixes),
      );
    }

    for (const [file, digests] of Object.entries(HASHES)) {
      it(`${file} has the hash IDs of the reference`, async () => {
        assert.deepEqual(await hashesOf(file), digests.map(idOf));
      });
    }

    it('an event has one hash ID in XML and in JSON', async () => {
      const name = 'ralphtro__epcisDocWithShippingAndTransportingEvent';
      assert.deepEqual(await hashesOfXml(`${name}.xml`), await hashesOf(`${name}.jsonld`));
    });

    it('an event has one hash ID in whatever time zone its time is written', async () => {
      const zones = await hashesOfXml('ralphtro__timestampTimeZone.xml');
      assert.equal(zones.length, 3);
      assert.equal(new Set(zones).size, 1);
      // Where the event was is part of it, unlike what a comment in the second file says.
      const twins = [1, 2].map((number) => `gs1__event_with_identical_hash_id_${number}.xml`);
      const [one, other] = await Promise.all(twins.map((file) => hashesOfXml(file)));
      assert.notDeepEqual(one, other);
      const offset = { eventTimeZoneOffset: '-06:00' };
      assert.deepEqual(await hashesOfXml(twins[1]!, offset), one);
    });

    it('an event has one hash ID whatever zeros its numbers end with', async () => {
      const hashes = await hashesOfXml('ralphtro__numberPrecision.xml');
      assert.equal(hashes.length, 2);
      assert.equal(new Set(hashes).size, 1);
    });

    it('every identifier is read', () => {
      const document = listIn(folder, 'ralphtro__epclist_normalisation.jsonld');
      for (const id of document.epcisBody.eventList[0].epcList) assert.ok(epc(id)?.scheme, id);
      const all = listIn(folder, 'openepcis__epcisDocWithAllGS1Keys.json').epcisBody.eventList[0];
      for (const id of all.epcList) assert.ok(epc(id)?.scheme, id);
      for (const { epcClass } of all.quantityList) assert.ok(epc(epcClass)?.scheme, epcClass);
    });
  });
});
