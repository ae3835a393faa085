/** The JSON Schemas of the canonical messages as validators, with the keywords that are our own. */
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { identifierKeyword, isIdentifier } from '../identifier.ts';
import type { JsonSchema } from '../spec.ts';

type IsValid = (text: string) => boolean;

const INSTANT_LENGTH = '2026-03-31T08:30:00.000Z'.length;
const REMEMBERED = 4_096;

/** Rows of one file mostly share a few times: what was found of one holds for all. */
function remembering(isValid: IsValid): IsValid {
  const fine = new Set<string>();
  return (text) => {
    if (fine.has(text)) return true;
    if (!isValid(text)) return false;
    if (fine.size >= REMEMBERED) fine.clear();
    if (text.length === INSTANT_LENGTH) fine.add(text);
    return true;
  };
}

type Schemas = Readonly<Record<string, JsonSchema>>;

/** Whoever loads flows again needs no new validators: to compile those of all types takes a second. */
const made = new WeakMap<Schemas, Ajv>();

/** By message type: `getSchema(type)`. All faults of a message are found in one run. */
export function messageSchemas(schemas: Schemas): Ajv {
  const known = made.get(schemas) ?? compiled(schemas);
  made.set(schemas, known);
  return known;
}

function compiled(schemas: Schemas): Ajv {
  // The schemas are those of the house: a test holds them against the schema of schemas.
  const trusted = { meta: false, validateSchema: false };
  const ajv = new Ajv({ ...trusted, allErrors: true, verbose: true, strict: false });
  addFormats.default(ajv);
  const { validate } = addFormats.default.get('date-time') as { validate: IsValid };
  ajv.addFormat('date-time', remembering(validate));
  ajv.addKeyword({
    keyword: identifierKeyword,
    type: 'string',
    validate: (wanted: boolean, text: string) => !wanted || isIdentifier(text),
  });
  for (const [type, schema] of Object.entries(schemas)) {
    ajv.addSchema({ ...schema, $id: type }, type);
  }
  return ajv;
}
