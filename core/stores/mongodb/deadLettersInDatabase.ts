import { Binary } from 'mongodb';
import type { DeadLetterChapter, DeadRecord } from '../../ports.ts';
import type { Collections } from './Collections.ts';
import type { DeadLetterDocument } from './documents.ts';
import { nameKey } from './keys.ts';
import { pageBy } from './listsInDatabase.ts';

const WITHOUT_BODY = { projection: { body: 0 } };

/** Dead letters of the broker. */
export const deadLettersInDatabase = ({
  deadLetters,
}: Pick<Collections, 'deadLetters'>): DeadLetterChapter => ({
  async keepDead(letters) {
    if (letters.length === 0) return;
    const operations = letters.map(({ body, words, ...facts }) => {
      const document = { ...facts, words: [...words], body: new Binary(body) };
      const update = { $setOnInsert: document };
      return { updateOne: { filter: { _id: nameKey(facts.id) }, update, upsert: true } };
    });
    await deadLetters.bulkWrite(operations);
  },

  async forgetDead(ids) {
    await deadLetters.deleteMany({ _id: { $in: ids.map((id) => nameKey(id)) } });
  },

  deadLetters({ queues, code, word, since, until }, page) {
    const at = { ...(since && { $gte: since }), ...(until && { $lt: until }) };
    const filter = {
      ...(queues && { queue: { $in: [...queues] } }),
      ...(code !== undefined && { code }),
      ...(word !== undefined && { words: word }),
      ...((since ?? until) && { deadAt: at }),
    };
    return pageBy(deadLetters, filter, ['deadAt', 'id'], page, recordOf, WITHOUT_BODY);
  },

  async deadLetter(id) {
    const found = await deadLetters.findOne({ _id: nameKey(id) });
    if (!found) return undefined;
    return { ...recordOf(found), body: found.body.buffer };
  },
});

const recordOf = ({
  _id,
  body,
  ...facts
}: Omit<DeadLetterDocument, 'body'> & { body?: unknown }): DeadRecord => facts;
