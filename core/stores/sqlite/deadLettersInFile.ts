import type { DeadLetterChapter, DeadRecord, KeptLetter } from '../../ports.ts';
import { tablePage } from './listsInFile.ts';
import { Conditions, fieldsOf, type Row } from './Statements.ts';
import type { StoreFile } from './StoreFile.ts';
import { allOrNothing } from './schema.ts';

const FACTS =
  'id, queue, message_id, content_type, code, reason, dead_at, records, bytes, words FROM dead_letters';
const KEPT = `INSERT INTO dead_letters (id, queue, message_id, content_type, code, reason, dead_at, records, bytes, words, body)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;

/** Dead letters of the broker, bodies in the last column: who reads the others does not read them. */
export const deadLettersInFile = (file: StoreFile): DeadLetterChapter => ({
  async keepDead(letters) {
    file.use(({ database, statements }) =>
      allOrNothing(database, () => {
        for (const { id, queue, messageId, contentType, code, ...one } of letters) {
          const { reason, deadAt, records, bytes, words, body } = one;
          const facts = [id, queue, messageId, contentType, code, reason, deadAt, records, bytes];
          statements.run(KEPT, [...facts, JSON.stringify(words), body]);
        }
      }),
    );
  },

  async forgetDead(ids) {
    const sql = 'DELETE FROM dead_letters WHERE id IN (SELECT value FROM json_each(?))';
    file.use(({ statements }) => statements.run(sql, [JSON.stringify(ids)]));
  },

  async deadLetters({ queues, code, word, since, until }, page) {
    const where = new Conditions().add('code = ?', code).add('dead_at >= ?', since);
    const among = queues && JSON.stringify(queues);
    where.add('dead_at < ?', until).add('queue IN (SELECT value FROM json_each(?))', among);
    where.add('EXISTS (SELECT 1 FROM json_each(words) WHERE value = ?)', word);
    const list = { rows: FACTS, key: ['dead_at', 'id'], of: recordOf };
    return tablePage<DeadRecord>(file, list, page, where);
  },

  async deadLetter(id) {
    const row = file.read((statements) =>
      statements.get('SELECT * FROM dead_letters WHERE id = ?', [id]),
    );
    if (!row) return undefined;
    const { body, ...facts } = row;
    return { ...recordOf(facts), body: body as KeptLetter['body'] };
  },
});

const recordOf = (row: Row): DeadRecord => fieldsOf<DeadRecord>(row, 'words');
