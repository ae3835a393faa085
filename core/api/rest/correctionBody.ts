/** What is to be corrected of a parked record. */
import type { Edits } from '../../parked/correction.ts';
import type { Body } from '../jsonBody.ts';
import { NamedSchema } from '../NamedSchema.ts';
import { shape } from '../shape.ts';
import { actorName } from './saidBodies.ts';

export const correctionSchema = new NamedSchema(
  'Correction',
  shape.body(
    {},
    {
      set: shape.map({ type: 'string' }, 'New texts of fields, by their paths.'),
      unset: shape.list({ type: 'string' }, 'Paths of fields that are to go.'),
      value: { description: 'In place of the whole record; of several rows, a list of them.' },
      by: actorName,
    },
  ),
);

export function editsOf({ set = {}, unset = [], value }: Body): Edits {
  const fields = Object.entries(set as Record<string, string>);
  const gone = (unset as string[]).map((path): [string, undefined] => [path, undefined]);
  return { set: [...fields, ...gone], ...(value === undefined ? {} : { value }) };
}

/** Undefined where nothing is to be corrected. */
export const wishedEdits = (body: Body): Edits | undefined =>
  ['set', 'unset', 'value'].some((name) => name in body) ? editsOf(body) : undefined;
