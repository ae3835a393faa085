/** A store lives on with the next version: its tables and collections do not change by the way. */
import assert from 'node:assert/strict';
import { openAt } from '../contract/store/withStore.ts';
import { dropDatabase } from '../dropDatabase.ts';
import { describeWith } from '../notRun.ts';
import { databaseSchema, fileSchema, keptSchema } from './schema/declared.ts';

const versionOf = (schema: string): string | undefined => /version\D+(\d+)/.exec(schema)?.[1];

function compare(found: string, kept: string, migrations: string): void {
  if (found === kept) return;
  const isRaised = versionOf(found) !== versionOf(kept);
  const todo = isRaised
    ? 'The version is raised. If the difference below is what its migration is for, run: node test/golden/makeGolden.ts schema'
    : `What a release has made is not like this. Add a migration to ${migrations} (docs/upgrading.md), which raises the version, and leave what was declared before`;
  assert.equal(found, kept, todo);
}

describe('the schema', () => {
  it('of store.db is that of its version', () => {
    compare(fileSchema(), keptSchema('sqlite.sql'), 'core/stores/sqlite/migrations');
  });

  describeWith(process.env.STOCKBUS_TEST_STORE, 'STOCKBUS_TEST_STORE', 'of MongoDB', (server) => {
    const address = new URL(server);
    address.pathname = `/schema_${crypto.randomUUID().slice(0, 8)}`;

    after(() => dropDatabase(address.href));

    it('is that of its version', async () => {
      await (await openAt(address.href)).close();
      const found = await databaseSchema(address.href);
      compare(found, keptSchema('mongodb.txt'), 'core/stores/mongodb/migrations');
    });
  });
});
