import assert from 'node:assert/strict';
import { Ajv } from 'ajv';
import { schemas } from '../../../core/catalog.ts';
import { messageSchemas } from '../../../core/flow/messageSchemas.ts';

describe('schemas of messages', () => {
  for (const [type, schema] of Object.entries(schemas)) {
    it(`of ${type} is a JSON Schema`, () => {
      const ajv = new Ajv({ strict: false });
      assert.ok(ajv.validateSchema(schema), JSON.stringify(ajv.errors));
    });
  }

  it('are compiled once, whoever asks for them', () => {
    assert.equal(messageSchemas(schemas), messageSchemas(schemas));
    assert.notEqual(messageSchemas({ ...schemas }), messageSchemas(schemas));
  });
});
