/** Files that people write for the hub: how they are encoded, called, and where they lie. */
import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultList } from '../../../core/errors.ts';
import { substitute } from '../../../core/flow/loadConfig.ts';
import { loadHub } from '../../../core/flow/loadHub.ts';
import { config, inFolder, lint, load, receipts } from './hubFolder.ts';
import { parts } from './parts.ts';

const flow = receipts(
  '- map: { document: A, at: $date(B), sku: C, location: D, quantity: $decimal(E) }',
  'key: A\nto: stock.receive.v1',
);
const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

describe('files of the hub that are not UTF-8', () => {
  const cases: [file: string, bytes: Uint8Array, fault: string][] = [
    [
      'config/tables/xref.csv',
      latin1('item,sku\n1,KÖNIG\n'),
      '2:4 CONFIG_BAD_ENCODING the byte 0xd6 is not UTF-8',
    ],
    [
      'config/tables/nul.csv',
      Buffer.from('item,sku\n1,A\0\n'),
      '2:4 CONFIG_BAD_ENCODING the byte 0x00 stands in no text',
    ],
    [
      'config/hub.yaml',
      latin1(`# Münster${config}`),
      '1:4 CONFIG_BAD_ENCODING the byte 0xfc is not UTF-8',
    ],
    [
      'config/rates.csv',
      latin1('currency,from,rate\r\nUSD,2026-01-01,1\r\nß'),
      '3:1 CONFIG_BAD_ENCODING the byte 0xdf is not UTF-8',
    ],
    [
      'config/tables/uom.csv',
      latin1('unit,base,factor\nStück,,1\n'),
      '2:3 CONFIG_BAD_ENCODING the byte 0xfc is not UTF-8',
    ],
    [
      'flows/receipts.yaml',
      latin1(flow.replace('C,', '\'"KÖLN"\',')),
      '5:47 CONFIG_BAD_ENCODING the byte 0xd6 is not UTF-8',
    ],
    [
      'flows/receipts.yaml',
      Buffer.from(`\ufeff${flow}`, 'utf16le'),
      '1:1 CONFIG_BAD_ENCODING the byte 0xff is not UTF-8; the file looks like UTF-16',
    ],
    [
      'flows/receipts.yaml',
      Buffer.from(flow, 'utf16le'),
      '1:2 CONFIG_BAD_ENCODING the byte 0x00 is not UTF-8; the file looks like UTF-16',
    ],
    [
      'config/tables/x.csv',
      Buffer.concat([Buffer.from('a,b\n\ufffd'), latin1('ä,1\n')]),
      '2:2 CONFIG_BAD_ENCODING the byte 0xe4 is not UTF-8',
    ],
  ];
  for (const [file, bytes, fault] of cases) {
    it(`${file}: ${fault}`, async () => {
      const faults = await lint({ 'flows/receipts.yaml': flow, [file]: bytes });
      const todo = 'Save the file as UTF-8 (in Excel: "CSV UTF-8").';
      assert.ok(faults.includes(`${file}:${fault}; ${todo}`), faults.join('\n'));
    });
  }

  it('a byte order mark is not part of the text', async () => {
    const { flows } = await load({
      'flows/receipts.yaml': `\ufeff${flow}`,
      'config/hub.yaml': `\ufeff${config.trim()}`,
      'config/tables/xref.csv': '\ufeffitem,sku\n1,2\n',
      'config/rates.csv': '\ufeffcurrency,from,rate\nUSD,2026-01-01,1\n',
    });
    assert.equal(flows.length, 1);
  });
});

describe('files of the hub by their name', () => {
  const found = async (files: Record<string, string>): Promise<string[]> => {
    try {
      const { hints } = await load({ 'flows/receipts.yaml': flow, ...files });
      return hints.map(({ code, at }) => `hint ${code} ${at?.file}`);
    } catch (error) {
      assert.ok(error instanceof FaultList);
      return error.faults.map(({ code, at, todo }) => `${code} ${at?.file} ${todo}`);
    }
  };

  it('an end in capitals is a fault', async () => {
    assert.deepEqual(await found({ 'flows/b.YAML': flow, 'config/tables/x.CSV': 'a,b\n' }), [
      'CONFIG_FILE_NAME config/tables/x.CSV rename it to x.csv',
      'CONFIG_FILE_NAME flows/b.YAML rename it to b.yaml',
    ]);
  });

  it('a flow in a folder inside is told', async () =>
    assert.deepEqual(await found({ 'flows/old/b.yaml': flow, 'config/tables/x/y.csv': '' }), [
      'hint CONFIG_FILE_PASSED_OVER config/tables/x/y.csv',
      'hint CONFIG_FILE_PASSED_OVER flows/old/b.yaml',
    ]));

  it('what an editor leaves is not read', async () => {
    const { flows, hints } = await load({
      'flows/receipts.yaml': flow,
      'flows/.#receipts.yaml': 'broken: [',
      'flows/receipts.yaml~': 'broken: [',
      'flows/#receipts.yaml#': 'broken: [',
      'flows/.git/x.yaml': 'broken: [',
      'config/tables/.~lock.x.csv': 'broken',
    });
    assert.deepEqual([flows.length, hints], [1, []]);
  });

  it('one that cannot be read is told with its name', () =>
    inFolder({ 'flows/receipts.yaml': flow }, async (folder) => {
      await mkdir(join(folder, 'flows/folder.yaml'));
      await writeFile(join(folder, 'flows/locked.yaml'), flow);
      await chmod(join(folder, 'flows/locked.yaml'), 0);
      const refused = await loadHub(folder, { ...parts, env: {} }).then(
        () => [],
        (error: FaultList) => error.faults.map(({ code, at }) => `${code} ${at?.file}`),
      );
      // Whoever runs as root may read everything, and then meets a flow of another's name.
      const locked = process.getuid?.() === 0 ? [] : ['CONFIG_UNREADABLE flows/locked.yaml'];
      const unreadable = refused.filter((line) => line.startsWith('CONFIG_UNREADABLE'));
      assert.deepEqual(unreadable, ['CONFIG_UNREADABLE flows/folder.yaml', ...locked]);
    }));
});

describe('variables of the environment', () => {
  const env = { PORT: '21001', EMPTY: '' };
  const texts: [text: string, gives: string][] = [
    ['${PORT}', '21001'],
    ['a-${PORT:-1}-${NONE:-b}', 'a-21001-b'],
    ['${EMPTY:-x}', 'x'],
    ['${NONE:-}', ''],
    ['$${PORT}', '${PORT}'],
    ['$PORT $1', '$PORT $1'],
  ];
  for (const [text, gives] of texts) {
    it(`${text} is ${gives}`, () => assert.deepEqual(substitute(text, env), { text: gives }));
  }
  for (const text of [
    '${NOPE-x}',
    '${',
    'a${PORT',
    '${A:-${PORT}}',
    '${PORT:?why}',
    '${ PORT }',
    '${}',
  ]) {
    it(`${text} is refused`, () => {
      const result = substitute(text, env);
      assert.ok('fault' in result);
      assert.equal(result.fault.code, 'CONFIG_BAD_VALUE');
    });
  }

  it('in quotes where a number is wanted, the quotes are named', async () => {
    const hub = `http: { port: "\${PORT:-21001}" }${config}`;
    assert.deepEqual(await lint({ 'flows/receipts.yaml': flow, 'config/hub.yaml': hub }), [
      'config/hub.yaml:1:15 CONFIG_WRONG_TYPE "21001" is not a whole number; take the quotes off',
    ]);
  });
});
