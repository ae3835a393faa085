import { deepEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { apiExamples, EXAMPLES_FILE } from './apiExamples.ts';

describe('examples of the API', () => {
  it('are answered as docs/api.md shows them (node test/golden/api/makeExamples.ts records them)', async () => {
    deepEqual(await apiExamples(), JSON.parse(readFileSync(EXAMPLES_FILE, 'utf8')));
  });
});
