import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { BrokerLook, QueueLook } from '../../ports.ts';
import { openFailure } from './failure.ts';

const BUSY_TIMEOUT_MS = 1_000;

/** Of a queue in which nothing waits there is one row all the same. */
const QUEUES = `SELECT name AS queue, coalesce(waiting, 0) AS waiting, coalesce(ready, 0) AS ready,
    (SELECT id FROM messages WHERE seq = first) AS oldest
  FROM queues LEFT JOIN (
    SELECT queue, count(*) AS waiting, min(seq) AS first, sum(held = 0) AS ready
    FROM messages GROUP BY queue
  ) ON queue = name ORDER BY name`;

/** What lies in the file of a broker, by one pass over the messages that wait. */
export function lookAt(db: DatabaseSync): BrokerLook {
  const found = db.prepare(QUEUES).all() as unknown as (QueueLook & {
    oldest: string | null;
  })[];
  const { dead } = db.prepare('SELECT count(*) AS dead FROM dead').get() as { dead: number };
  const queues = found.map(({ oldest, ...queue }) => ({
    ...queue,
    ...(oldest === null ? {} : { oldest }),
  }));
  return { queues, dead };
}

/** The same of a folder, whoever works in it. Throws DATA_FOLDER_UNUSABLE. */
export function lookAtFolder(folder: string): BrokerLook {
  const file = join(folder, 'broker.db');
  if (!existsSync(file)) return { queues: [], dead: 0 };
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    return lookAt(db);
  } catch (error) {
    throw openFailure(error, folder);
  } finally {
    db?.close();
  }
}
