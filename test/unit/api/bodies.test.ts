/** What is wrong with a body is told at once and all of it, before anything is done. */
import { deepEqual, equal, match } from 'node:assert/strict';
import { limits } from '../../../core/limits.ts';
import { type ApiRig, openApi } from './apiRig.ts';

interface Refusal {
  status: number;
  code: string;
  detail: string;
  todo: string;
  type: string;
  errors?: { pointer: string; message: string; todo?: string }[];
}

describe('the API: what is said in JSON', () => {
  let rig: ApiRig;
  before(async () => {
    rig = await openApi();
  });
  after(() => rig.close());

  async function post(path: string, body: string, contentType?: string): Promise<Refusal> {
    const headers = contentType ? { 'content-type': contentType } : {};
    const answer = await fetch(rig.url + path, { method: 'POST', body, headers });
    return (await answer.json()) as Refusal;
  }
  const correct = (body: unknown) => post('/v1/parked/p1/correct', JSON.stringify(body));

  it('is refused with every fault at its place, and the nearest name of a field that is none', async () => {
    const { status, code, detail, errors } = await correct({
      ...{ sett: {}, set: { Qty: 12, 'a/b': null }, unset: 'Qty' },
      by: '  ',
    });
    equal(`${status} ${code}`, '400 HTTP_BAD_REQUEST');
    equal(detail, "'sett' is no field of this body");
    deepEqual(
      errors?.map(({ pointer, message, todo = '' }) => `${pointer} ${message} ${todo}`.trim()),
      [
        "/sett 'sett' is no field of this body did you mean 'set'?",
        "/set/Qty 'Qty' is no text",
        "/set/a~1b 'a/b' is no text",
        "/unset 'unset' is no list",
        "/by 'by' is empty, or not written as it must be",
      ],
    );
  });

  it('is missing, no JSON, no object, too large, or in another format, and each is said', async () => {
    const path = '/v1/parked/p1/dismiss';
    equal((await post(path, '')).detail, "'reason' is missing");
    equal((await post(path, '{"reason":')).detail, 'the body is no object in JSON');
    equal((await post(path, '["reason"]')).detail, 'the body is no object in JSON');
    equal((await post(path, '{"reason":"x","__proto__":{"by":"me"}}')).status, 400);
    equal(
      (await post(path, `{"reason":"${'x'.repeat(2 * limits.documentBytes)}"}`)).code,
      'PAYLOAD_TOO_LARGE',
    );
    const xml = await post(path, '<reason/>', 'application/xml');
    equal(xml.code, 'HTTP_WRONG_FORMAT');
    match(xml.todo, /JSON/);
  });

  it('leads from the type of a refusal to what it means', async () => {
    const { type } = await post('/v1/parked/p1/dismiss', '');
    const answer = await fetch(rig.url + type);
    const { code, meaning } = (await answer.json()) as { code: string; meaning: string };
    equal(code, 'HTTP_BAD_REQUEST');
    equal(meaning, 'A parameter, or a field of the body, is wrong.');
    equal((await fetch(`${rig.url}/v1/errors/constructor`)).status, 404);
  });
});
