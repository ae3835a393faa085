import type { ProducerRow, ProducerStore, SeenNumbers } from '../../ports.ts';
import { fieldsOf, type Row, type Statements } from './Statements.ts';
import type { StoreFile } from './StoreFile.ts';

const SEEN = 'SELECT * FROM seen_numbers';
const CHANGED =
  'UPDATE seen_numbers SET version = ?, highest = ?, holes = ?, last_at = ? WHERE producer = ? AND partition = ? AND version = ?';

/** What producers say that they published, and what of it was seen. */
export const producersInFile = (file: StoreFile): ProducerStore => ({
  async sayProducer(row) {
    file.use(({ statements }) => statements.insert('producers', row, 'replace'));
  },

  async producers() {
    const sql = 'SELECT * FROM producers ORDER BY producer';
    return file.read((statements) =>
      statements.all(sql, []).map((row) => fieldsOf<ProducerRow>(row)),
    );
  },

  async seenNumbers(partition) {
    const [where, values] =
      partition === undefined ? ['', []] : ['WHERE partition = ?', [partition]];
    const sql = `${SEEN} ${where} ORDER BY producer, partition`;
    return file.read((statements) => statements.all(sql, values).map(seenFrom));
  },

  changeSeen: async (seen) => file.use(({ statements }) => writeSeen(statements, seen)),

  async forgetProducer(producer) {
    file.use(({ statements }) => {
      for (const table of ['producers', 'seen_numbers'])
        statements.run(`DELETE FROM ${table} WHERE producer = ?`, [producer]);
    });
  },
});

const seenFrom = (row: Row): SeenNumbers => fieldsOf<SeenNumbers>(row, 'holes');

/** False where another version is there than the one before it. */
export function writeSeen(statements: Statements, seen: SeenNumbers): boolean {
  const { producer, partition, version, highest, holes, lastAt } = seen;
  if (version === 1) return statements.insert('seen_numbers', seen, 'keep') === 1;
  const changed = [version, highest, JSON.stringify(holes), lastAt];
  return statements.run(CHANGED, [...changed, producer, partition, version - 1]) === 1;
}
