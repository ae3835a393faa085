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
      ...{ differences: [], more: 0, pending: [] },
    });
    const names = ['result', 'skus', 'entries', 'differences', 'more', 'pending', 'knownAt'];
    assert.deepEqual(Object.keys(JSON.parse(json.out)), [...names, 'digest']);
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
});
