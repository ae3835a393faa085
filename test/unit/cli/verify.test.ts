/** `stockbus verify` as an auditor and a night job call it, over the books of a small shop. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLine } from '../../../core/cli/commandLine.ts';
import { openAt } from '../../contract/store/withStore.ts';
import { RecordedTerminal } from '../../recordedTerminal.ts';
import { openShop } from '../reports/shop.ts';

describe('verify on the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stockbus-'));
  const env = { STOCKBUS_DATA: join(folder, 'data') };

  before(async () => {
    for (const name of ['config', 'flows', 'data']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'config/hub.yaml'), 'stock: { pools: { north: [HAM] } }\n');
    const store = await openAt(`file:${env.STOCKBUS_DATA}`);
    await openShop(store);
    await store.close();
  });

  after(() => rmSync(folder, { recursive: true }));

  async function call(...line: string[]): Promise<{ code: number; out: string; err: string }> {
    const { terminal, said } = new RecordedTerminal();
    const where = { env, workingFolder: folder, enter: () => undefined };
    const code = await commandLine(['verify', ...line], { ...where, terminal });
    return { code, ...said };
  }

  it('says for programs what it says for people', async () => {
    const text = await call();
    assert.equal(text.code, 0, text.out);
    const json = await call('--format', 'json');
    assert.deepEqual([json.code, json.err], [0, '']);
    assert.match(json.out, /^\{.*\}\n$/);
    const { knownAt, digest, ...said } = JSON.parse(json.out);
    assert.ok(text.out.endsWith(`Digest of the ledger as known at ${knownAt}: ${digest}\n`));
    assert.deepEqual(said, {
      ...{ result: 'right', skus: 3, entries: 9 },
      ...{ differences: [], more: 0, pending: [], only: null, gaps: [], trail: null },
    });
    const names = ['result', 'skus', 'entries', 'differences', 'more', 'pending', 'knownAt'];
    assert.deepEqual(Object.keys(JSON.parse(json.out)), [
      ...names,
      'digest',
      'only',
      'gaps',
      'trail',
    ]);
  });

  it('names what differs for programs too, with the exit code of the text', async () => {
    const { code, out } = await call('--expect', 'other', '--format', 'json');
    assert.equal(code, 1);
    const { result, differences, digest, more } = JSON.parse(out);
    assert.deepEqual([result, more], ['wrong', 0]);
    const [{ message, ...difference }] = differences;
    assert.deepEqual(difference, { sku: '(all)', check: 'digest' });
    assert.ok(message.endsWith(` has digest ${digest}, expected was other`));
  });

  it('audits some SKUs, and says that it is no more than those', async () => {
    assert.deepEqual(await call('B', 'A'), {
      code: 0,
      out: [
        'What was asked for is right: 7 ledger entries of 2 SKUs give every balance, pool, layer and value as it is kept.',
        'Of others nothing is said, and there is no digest. Audited: A, B',
        '',
      ].join('\n'),
      err: '',
    });
    const { knownAt, digest, only } = JSON.parse((await call('S', '--format', 'json')).out);
    assert.deepEqual([knownAt, digest, only], [null, null, ['S']]);
  });

  it('audits the SKUs of a document', async () => {
    const { code, out } = await call('--document', 'R1');
    assert.equal(code, 0);
    assert.match(out, /^What was asked for is right: .*\n.* Audited: A, B\n$/);
  });

  it('says of what was never booked that it is unknown, and what to do', async () => {
    const todo = 'correct the SKU; stockbus ledger shows those that have entries';
    const message = 'nothing was booked of NOPE';
    const { out, ...said } = await call('A', 'NOPE', '--format', 'json');
    assert.deepEqual(said, { code: 1, err: `stockbus: SKU_UNKNOWN ${message}; ${todo}\n` });
    assert.deepEqual(JSON.parse(out), { faults: [{ code: 'SKU_UNKNOWN', message, todo }] });
    assert.deepEqual(await call('--document', 'NOPE'), {
      ...{ code: 1, out: '' },
      err: 'stockbus: DOCUMENT_UNKNOWN there is no document NOPE; correct the number; stockbus ledger shows that of each entry\n',
    });
  });
});
