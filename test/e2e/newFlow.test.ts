/** From a sample that somebody sent to a flow with a test. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Desk } from './cli.ts';
import { draftedPayloads } from './newFlowPayloads.ts';

const samples: [what: string, name: string, text: string, flow: RegExp[], row: RegExp][] = [
  [
    'rows with decimal commas and German dates, several to a document',
    'wareneingang-2026-03.csv',
    'Beleg;Pos;Datum;Artikel;Lager;Menge;EK-Preis;Bemerkung\n' +
      'WE-1;1;13.03.2026;TEA-100;BER;1.200,5;3,20;\n' +
      'WE-1;2;13.03.2026;MUG-300;BER;12;4,75;\n' +
      'WE-2;1;14.03.2026;TEA-100;HAM;7;3,20;eilig\n',
    [
      /^from: \{ folder: inbox, pattern: "wareneingang-\*\.csv" \}$/m,
      /^read: \{ csv: \{ delimiter: ";" \} \}$/m,
      /^ {6}at: \$date\(Datum, "dd\.MM\.yyyy"\)$/m,
      /^ {6}quantity: \$decimal\(Menge, ","\)$/m,
      /^ {6}unitCost: \$decimal\(`EK-Preis`, ","\)$/m,
      /^ {2}# Of the sample not used: Bemerkung$/m,
      /^ {2}- group: \{ by: document \}$/m,
      /^key: Beleg$/m,
      /^to: stock\.receive\.v1$/m,
    ],
    /^TEA-100 +BER +available +1200\.5 /m,
  ],
  [
    'documents with lines inside',
    'shipments.json',
    JSON.stringify({
      shipments: [
        {
          shipment: 'S-1',
          shippedAt: '2026-03-09T14:20:00Z',
          warehouse: { code: 'BER' },
          lines: [
            { position: 1, sku: 'TEA-100', qty: 4 },
            { position: 2, sku: 'MUG-300', qty: 1 },
          ],
        },
      ],
    }),
    [
      /^read: \{ json: \{ records: "shipments" \} \}$/m,
      /^ {6}document: shipment$/m,
      /^ {6}location: warehouse\.code$/m,
      /^ {6}lines:\n {8}each: lines\n {8}map:$/m,
      /^ {10}quantity: \$decimal\(qty\)$/m,
      /^to: stock\.issue\.v1$/m,
    ],
    /^TEA-100 +BER +available +-4 /m,
  ],
  [
    'elements that repeat, without a number of a document or a place',
    'stockcount.xml',
    '<Counts><Count><Item>TEA-100</Item><Counted>40</Counted><When>2026-03-31T18:05:00Z</When></Count>' +
      '<Count><Item>MUG-300</Item><Counted>3</Counted><When>2026-03-31T18:06:00Z</When></Count></Counts>',
    [
      /^read: \{ xml: \{ record: "Count" \} \}$/m,
      /^ {6}document: Item & "-" & When$/m,
      /^ {6}const: \{ location: MAIN \}$/m,
      /^key: Item & "\/" & When$/m,
      /^to: stock\.count\.v1$/m,
    ],
    /^TEA-100 +MAIN +available +40 /m,
  ],
];

describe('stockbus new flow', () => {
  let desk: Desk;
  let project: string;

  before(async () => {
    desk = new Desk();
    project = mkdtempSync(join(tmpdir(), 'stockbus-new-'));
    assert.equal((await desk.run(['init', project])).code, 0);
  });

  after(() => {
    desk.remove();
    rmSync(project, { recursive: true, force: true });
  });

  const at = (...line: string[]) => desk.run([...line, '--config', project]);

  for (const [what, name, text, says, row] of samples) {
    it(`drafts one that is in order and tested: ${what}`, async () => {
      writeFileSync(desk.path(name), text);
      const made = await at('new', 'flow', name);
      assert.equal(made.code, 0, made.out + made.err);
      const flow = name.replace(/(-[\d-]+)?\.\w+$/, '');
      const yaml = readFileSync(join(project, `flows/${flow}.yaml`), 'utf8');
      for (const pattern of says) assert.match(yaml, pattern);
      assert.equal((await at('lint')).code, 0);
      const tested = await at('test', flow);
      assert.deepEqual([tested.code, tested.out], [0, '1 test of 1 flow passed.\n']);
      const run = await desk.run(['run', flow, name, '--config', project], {
        STOCKBUS_DATA: `data-${flow}`,
      });
      assert.equal(run.code, 0, run.out + run.err);
      const stock = await desk.run(['stock', '--config', project], {
        STOCKBUS_DATA: `data-${flow}`,
      });
      assert.match(stock.out, row);
    });
  }

  it('takes no files that another flow takes', async () => {
    writeFileSync(desk.path('receipts-2.csv'), 'No,Date,Item,Qty\nR-1,2026-03-31,TEA-100,1\n');
    const named = ['new', 'flow', 'receipts-2.csv', '--name', 'second'];
    const wished = await at(...named, '--from', 'inbox');
    assert.equal(wished.code, 1);
    assert.match(
      wished.err,
      /FLOW_PATTERN_OVERLAPS 'receipts-\*\.csv' of the folder 'inbox' is taken by the flow receipts \(flows\/receipts\.yaml:\d+:\d+\)/,
    );
    const made = await at(...named);
    assert.equal(made.code, 0, made.out + made.err);
    assert.match(made.out, /^To decide: from: receipts takes .* http stands for it$/m);
    const yaml = readFileSync(join(project, 'flows/second.yaml'), 'utf8');
    assert.match(yaml, /^from: http$/m);
    assert.match(yaml, /^# - from: receipts takes /m);
    assert.equal((await at('lint')).code, 0);
  });

  it('takes from each connector that brings such files, and says which do not', async () => {
    const hub = join(project, 'config/hub.yaml');
    const before = readFileSync(hub, 'utf8');
    const fingerprint = 'SHA256:VdKQ2tB4Jw0mcVUrkQkDvRj4C4xSwcSxYc9h4p0ZrVo';
    writeFileSync(
      hub,
      `${before}  drop: { sftp: { host: h, user: u, password: p, hostKey: "${fingerprint}", path: r } }
  bucket: { s3: { bucket: acme, region: eu, accessKey: a, secretKey: b } }
  post: { mail: { imap: "imaps://h", user: u, password: p } }
  shop: { webhooks: { scheme: github, secret: "0123456789abcdef" } }
  api: { rest: { url: "https://h.example" } }
`,
    );
    writeFileSync(desk.path('goods-7.csv'), 'No,Date,Item,Qty\nG-1,2026-03-31,TEA-100,1\n');
    const draft = (name: string, connector: string) =>
      at('new', 'flow', 'goods-7.csv', '--name', name, '--from', connector);
    for (const [connector, from] of Object.entries({
      drop: '{ sftp: drop, pattern: "goods-*.csv" }',
      bucket: '{ s3: bucket, pattern: "goods-*.csv" }',
      post: '{ mail: post, senders: any, attachments: "goods-*.csv" }',
      shop: '{ webhooks: shop }',
    })) {
      const made = await draft(`by-${connector}`, connector);
      assert.equal(made.code, 0, made.out + made.err);
      const yaml = readFileSync(join(project, `flows/by-${connector}.yaml`), 'utf8');
      assert.ok(yaml.includes(`\nfrom: ${from}\n`), yaml);
      assert.equal((await at('lint')).code, 0);
    }
    const again = await draft('again', 'drop');
    assert.match(again.err, /'goods-\*\.csv' of the sftp 'drop' is taken by the flow by-drop/);
    assert.match((await draft('asked', 'api')).err, /'api' \(rest\).*draft it with --from http/);
    assert.match((await draft('none', 'dorp')).err, /no connector 'dorp'; known: .*drop.*, http/);
    for (const name of ['by-drop', 'by-bucket', 'by-post', 'by-shop'])
      for (const end of ['yaml', 'test.yaml']) rmSync(join(project, `flows/${name}.${end}`));
    writeFileSync(hub, before);
  });

  it('says what it cannot know, and overwrites nothing', async () => {
    writeFileSync(
      desk.path('moves.csv'),
      'No,Date,Item,Qty\nM-1,03/04/2026,TEA-100,1\nM-2,05/06/2026,TEA-100,2\n',
    );
    const made = await at('new', 'flow', 'moves.csv', '--to', 'stock.transfer.v1');
    assert.equal(made.code, 0, made.err);
    assert.match(made.out, /^To decide: at: 'dd\/MM\/yyyy', or is it 'MM\/dd\/yyyy'\?$/m);
    assert.match(made.out, /^To decide: from: the sample does not say it/m);
    const tried = await at('try', 'moves', desk.path('moves.csv'));
    assert.match(tried.out + tried.err, /the flow does not say yet what from is/);
    const again = await at('new', 'flow', 'moves.csv');
    assert.deepEqual([again.code, /FILE_EXISTS/.test(again.err)], [1, true]);
    const unknown = await at('new', 'flow', 'moves.csv', '--to', 'stock.recieve.v1');
    assert.deepEqual([unknown.code, /'stock\.receive\.v1'/.test(unknown.err)], [2, true]);
  });

  for (const { what, name, payload, says, never, asks = [], makes } of draftedPayloads)
    it(`says what a sample says, and asks for what it does not: ${what}`, async () => {
      // Each alone: a command reads all flows of its project.
      const alone = mkdtempSync(join(tmpdir(), 'stockbus-drafted-'));
      try {
        const of = (...line: string[]) => desk.run([...line, '--config', alone]);
        await desk.run(['init', alone]);
        writeFileSync(desk.path(name), payload);
        const made = await of('new', 'flow', name, '--name', 'drafted', '--from', 'http');
        assert.equal(made.code, 0, made.out + made.err);
        const yaml = readFileSync(join(alone, 'flows/drafted.yaml'), 'utf8');
        const written = yaml.split('\n').filter((line) => !/^ *#/.test(line));
        for (const pattern of says)
          assert.ok(
            written.some((line) => pattern.test(line)),
            `${pattern} is in no line of\n${yaml}`,
          );
        if (never) assert.doesNotMatch(written.join('\n'), never);
        const told = made.out.split('\n').map((line) => line.replace('To decide: ', ''));
        for (const pattern of asks)
          assert.ok(
            told.some((line) => pattern.test(line)),
            `${pattern} is in no line of\n${made.out}`,
          );
        const tested = await of('test', 'drafted');
        assert.deepEqual([tested.code, tested.out], [0, '1 test of 1 flow passed.\n']);
        const test = readFileSync(join(alone, 'flows/drafted.test.yaml'), 'utf8');
        assert.equal(test.match(/^ +(- )?type: /gm)?.length ?? 0, makes, test);
      } finally {
        rmSync(alone, { recursive: true, force: true });
      }
    });
});
