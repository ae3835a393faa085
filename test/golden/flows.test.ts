import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadedHub } from '../../core/flow/loadHub.ts';
import { loadFolder } from '../../core/hub/openHub.ts';
import { outcomeOf, readFlowTest } from './flowTest.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'flows');
const files = readdirSync(folder);
/** The flow that the README has its reader write there. */
const READERS_OWN = 'shelf-counts.yaml';
const flows = files.filter((name) => /(?<!\.test)\.yaml$/.test(name) && name !== READERS_OWN);

describe('the example flows', () => {
  let hub: LoadedHub;

  before(async () => {
    hub = await loadFolder(root, {});
  });

  for (const file of flows) {
    const name = file.replace(/\.yaml$/, '');

    it(`${name} does what its test says`, async () => {
      assert.ok(files.includes(`${name}.test.yaml`), `flows/${name}.test.yaml is missing`);
      const test = await readFlowTest(join(folder, `${name}.test.yaml`));
      const flow = hub.flows.find((candidate) => candidate.name === test.flow);
      assert.ok(flow, `there is no flow ${test.flow}`);
      assert.deepEqual(await outcomeOf(flow, test, folder), test.expect);
    });
  }
});
