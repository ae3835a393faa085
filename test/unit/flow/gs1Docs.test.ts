import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { epcisHash } from '../../../core/flow/gs1/epcisHash.ts';
import { codes, data, inbound, run } from './hubFolder.ts';

const page = readFileSync('docs/gs1.md', 'utf8');

/** A flow as docs/gs1.md has it. */
const flowOf = (name: string): string => {
  const blocks = Array.from(page.matchAll(/```yaml\n(.*?)```/gs), ([, text = '']) => text);
  const found = blocks.find((text) => text.startsWith(`flow: ${name}\n`));
  return found ?? assert.fail(`docs/gs1.md has no flow ${name}`);
};

const tables = {
  'config/tables/gtin.csv': 'gtin,sku\n04006381333931,TEA-500\n02345678000005,NUTS\n',
  'config/tables/gln.csv': 'gln,location\n4012345000054,BER\n',
};

describe('docs/gs1.md', () => {
  it('reads scans, and parks what was misread', async () => {
    const flow = await inbound(flowOf('gs1-scans'), tables);
    const rows = [
      ']C101040063813339311727030010L-1',
      '(01)02345678000005(3103)000525(10)N7',
      '(01)04006381333932',
    ];
    const scans = rows.map((scan, index) => ({
      when: `2026-03-0${index + 1}T08:00:00Z`,
      place: '4012345000054',
      scan,
    }));
    const found = await run(flow, scans);
    assert.deepEqual(
      codes(found).map(([first]) => first),
      ['GS1_CHECK_DIGIT'],
    );
    assert.deepEqual(data(found), [
      {
        document: '4012345000054/2026-03-01T08:00:00Z',
        at: '2026-03-01T08:00:00.000Z',
        lines: [
          {
            sku: 'TEA-500',
            location: 'BER',
            quantity: '1',
            lot: 'L-1',
            expiresOn: '2027-03-31',
          },
        ],
      },
      {
        document: '4012345000054/2026-03-02T08:00:00Z',
        at: '2026-03-02T08:00:00.000Z',
        lines: [{ sku: 'NUTS', location: 'BER', quantity: '0.525', unit: 'KG', lot: 'N7' }],
      },
    ]);
  });

  it('reads an event of EPCIS, which is one however it is written', async () => {
    const event = {
      type: 'ObjectEvent',
      eventTime: '2026-03-01T10:00:00+01:00',
      eventTimeZoneOffset: '+01:00',
      action: 'OBSERVE',
      bizStep: 'urn:epcglobal:cbv:bizstep:receiving',
      bizLocation: { id: 'urn:epc:id:sgln:4012345.00005.0' },
      epcList: ['urn:epc:id:sgtin:4006381.033393.7', 'https://example.com/01/04006381333931/21/8'],
    };
    const flow = await inbound(flowOf('epcis-receiving'), tables);
    const again = {
      ...event,
      eventTime: '2026-03-01T09:00:00.000Z',
      bizStep: 'receiving',
      epcList: ['https://id.gs1.org/01/04006381333931/21/8', 'urn:epc:id:sgtin:4006381.033393.7'],
    };
    const sent = { ...event, bizStep: 'shipping' };
    const found = await run(flow, [event, again, sent]);
    assert.equal(found.filtered, 1);
    assert.deepEqual(codes(found), []);
    assert.deepEqual(
      found.messages.map(({ id }) => id),
      [epcisHash(event), epcisHash(event)],
    );
    assert.deepEqual(data(found)[0], {
      document: epcisHash(event),
      at: '2026-03-01T09:00:00.000Z',
      lines: ['7', '8'].map((lot, index) => ({
        line: String(index + 1),
        sku: 'TEA-500',
        location: 'BER',
        quantity: '1',
        lot,
      })),
    });
  });
});
