/** Records what the examples of the API are answered; docs/api.md shows it. `node test/golden/api/makeExamples.ts && npm run gen` */
import { writeFileSync } from 'node:fs';
import { apiExamples, EXAMPLES_FILE } from '../../unit/api/apiExamples.ts';

writeFileSync(EXAMPLES_FILE, `${JSON.stringify(await apiExamples(), null, 2)}\n`);
