/** Intake keeps what a flow keeps: memory does not follow what its filter drops. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const FLOW = `
flow: few
from: { folder: inbox, pattern: "*.csv" }
read: { csv: { delimiter: "," } }
steps:
  - filter: Keep = "y"
  - map: { document: Document, at: $date(At), sku: Item, quantity: $decimal(Quantity), const: { location: W1 } }
key: Document
to: stock.adjust.v1
`;
const ONE_KEPT_IN = 1_000;

describe('intake through a flow that keeps one row in a thousand', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'stockbus-few-'));
    for (const name of ['config', 'flows']) mkdirSync(join(folder, name));
    const connectors = `connectors: { inbox: { folder: { path: ${folder}/in } } }\n`;
    writeFileSync(join(folder, 'config/hub.yaml'), connectors);
    writeFileSync(join(folder, 'flows/few.yaml'), FLOW);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function peakMb(rows: number): Promise<number> {
    const file = join(folder, `${rows}.csv`);
    const out = createWriteStream(file);
    out.write('Document,At,Item,Quantity,Keep,Note\n');
    for (let row = 0; row < rows; row += 1) {
      const keep = row % ONE_KEPT_IN === 0 ? 'y' : 'n';
      const text = `D${row},2026-01-02,ITEM-${row % 977},1,${keep},a text that stands here\n`;
      if (!out.write(text)) await once(out, 'drain');
    }
    out.end();
    await once(out, 'finish');
    const args = ['bench/intakeAlone.ts', folder, 'few', file];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const { messages, peakMB } = JSON.parse(stdout);
    assert.equal(messages, rows / ONE_KEPT_IN);
    return peakMB;
  }

  it('takes no more for 300 MB than for 30', async () => {
    const [small, large] = [await peakMb(500_000), await peakMb(5_000_000)];
    assert.ok(large - small < 200, `${small} MB, then ${large} MB`);
  }).timeout(300_000);
});
