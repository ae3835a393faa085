/** The JSON Schemas of the canonical messages as validators, with the keywords that are our own. */
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { identifierKeyword, isIdentifier } from '../identifier.ts';
import type { JsonSchema } from '../spec.ts';

/** By message type: `getSchema(type)`. All faults of a message are found in one run. */
export function messageSchemas(schemas: Readonly<Record<string, JsonSchema>>): Ajv {
  const ajv = new Ajv({ allErrors: true, verbose: true, strict: false });
  addFormats.default(ajv);
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
