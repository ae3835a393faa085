/** What is wrong with the configuration is told in one order, whoever loads it. */
import assert from 'node:assert/strict';
import { FaultList } from '../../../core/errors.ts';
import { loadFolder, openBooks } from '../../../core/hub/openHub.ts';
import { inFolder } from './hubFolder.ts';

async function faultsOf(work: () => Promise<unknown>): Promise<string[]> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof FaultList)) throw error;
    return error.faults.map(({ code, at }) => `${at?.file}:${at?.line} ${code}`);
  }
  return assert.fail('it was taken');
}

describe('faults of the configuration', () => {
  it('are told by place, to who opens the books as to who loads the hub', async () => {
    const text = [
      'connectors: { w: { nothing: 1 } }',
      'stock: { minorDigits: x }',
      'http: 1',
      'a: 1',
    ];
    const files = { 'config/hub.yaml': `${text.join('\n')}\n`, 'flows/.keep': '' };
    await inFolder(files, async (folder) => {
      const found = await faultsOf(() => openBooks(folder, {}));
      assert.deepEqual(found, [
        'config/hub.yaml:1 CONFIG_BAD_VALUE',
        'config/hub.yaml:2 CONFIG_WRONG_TYPE',
        'config/hub.yaml:3 CONFIG_WRONG_TYPE',
        'config/hub.yaml:4 CONFIG_UNKNOWN_FIELD',
      ]);
      assert.deepEqual(await faultsOf(() => loadFolder(folder, {})), found);
    });
  });
});
