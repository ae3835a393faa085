import assert from 'node:assert/strict';
import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { formatFault } from '../../core/errors.ts';
import { FlowTester, type TestRun } from '../../core/flow/test/FlowTester.ts';
import { loadFolder } from '../../core/hub/openHub.ts';
import { openNoBooks } from '../../core/hub/openNoBooks.ts';
import { systemRuntime } from '../../core/runtime.ts';
import { testSpool } from '../testSpool.ts';

const root = join(import.meta.dirname, '../..');
/** The flow that the README has its reader write there. */
const READERS_OWN = 'shelf-counts';

function describeFlowsOf(title: string, folder: string): void {
  const flows = readdirSync(join(folder, 'flows'))
    .filter((name) => /(?<!\.test)\.yaml$/.test(name))
    .map((name) => name.replace(/\.yaml$/, ''))
    .filter((name) => name !== READERS_OWN);

  describe(title, () => {
    let tested: TestRun;

    before(async () => {
      const runtime = systemRuntime();
      const tester = new FlowTester({
        ...{ folder, runtime, spool: testSpool() },
        load: (clock, view) => loadFolder(folder, {}, clock, view),
        books: () => openNoBooks(runtime),
        payload: (file) => createReadStream(join(folder, file)),
      });
      tested = await tester.run([]);
    });

    it('and their tests can be read', () => assert.deepEqual(tested.faults.map(formatFault), []));

    for (const flow of flows) {
      it(`${flow} does what its test says`, () => {
        const own = tested.cases.filter((one) => one.flow === flow);
        assert.ok(own.length > 0, `flows/${flow}.test.yaml is missing`);
        assert.deepEqual(
          own.flatMap(({ differences }) => differences.map(({ message }) => message)),
          [],
        );
      });
    }
  });
}

describeFlowsOf('the flows of the example hub', root);
describeFlowsOf('the flows of real systems', join(root, 'examples'));
describeFlowsOf('the flows of tables that people make', join(root, 'examples/tables'));
describeFlowsOf('the hubs of a basket', join(root, 'examples/two-hubs/hub'));
describeFlowsOf('their coordinator', join(root, 'examples/two-hubs/coordinator'));
