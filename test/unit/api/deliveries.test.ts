/** What others post and sign: let in by their signature alone, and told so that they neither stop nor try for ever. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { StockbusError } from '../../../core/errors.ts';
import { limits } from '../../../core/limits.ts';
import type { RefusedPayload } from '../../../core/ports.ts';
import { receiptOf, textOf } from '../../contract/connector/connectorContract.ts';
import { type ApiRig, openApi } from './apiRig.ts';

describe('the API over a hub of the test: POST /v1/webhooks/{flow}', () => {
  let rig: ApiRig;
  let parked: RefusedPayload[];

  beforeEach(async () => {
    rig = await openApi({ token: 'a-token-of-sixteen', strangerRequestsPerMinute: 3 });
    parked = [];
    rig.hub.door = {
      keeperOf: (flow) =>
        flow === 'orders'
          ? {
              check: ({ headers, body }) => {
                if (headers['x-signed'] === String(body.byteLength)) return 'delivery-1';
                throw new StockbusError('SIGNATURE_WRONG', 'not signed');
              },
            }
          : undefined,
      park: async (payload) => void parked.push(payload),
    };
    rig.hub.accept = async (_flow, payload) => {
      assert.equal(await textOf(payload.body), '{"a":1}');
      return { ...receiptOf(payload), records: 1, messages: 1 };
    };
  });
  afterEach(() => rig.close());

  const post = async (signed: string, flow = 'orders', body = '{"a":1}') => {
    const headers = { 'x-signed': signed, 'content-type': 'application/json' };
    const response = await fetch(`${rig.url}/v1/webhooks/${flow}`, {
      method: 'POST',
      headers,
      body,
    });
    // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
    return { status: response.status, body: (await response.json()) as any };
  };

  it('takes what is signed, without a token, and names the payload by the sender’s id', async () => {
    let name = '';
    const { accept } = rig.hub;
    rig.hub.accept = async (flow, payload) => {
      name = payload.origin.name;
      return accept(flow, payload);
    };
    const { status, body } = await post('7');
    assert.deepEqual([status, body.flow, body.messages, name], [202, 'orders', 1, 'delivery-1']);
  });

  it('refuses what is not signed, unread, and who keeps trying; who signs is never shut out', async () => {
    rig.hub.accept = () => assert.fail('it was let in');
    const refused = await post('8');
    assert.deepEqual([refused.status, refused.body.code], [401, 'SIGNATURE_WRONG']);
    assert.equal((await post('7', 'elsewhere')).status, 404);
    rig.hub.accept = async (_flow, payload) => receiptOf(payload);
    for (let sent = 0; sent < 5; sent += 1) assert.equal((await post('7')).status, 202);
    assert.equal((await post('8')).status, 401);
    assert.equal((await post('8')).status, 429);
  });

  it('parks what cannot be read, with what it says, and takes it; what may go well later is not taken', async () => {
    rig.hub.accept = () => Promise.reject(new StockbusError('TEXT_BAD_ENCODING', 'byte 3'));
    const taken = await post('7');
    assert.deepEqual([taken.status, taken.body.refused.code], [202, 'TEXT_BAD_ENCODING']);
    assert.deepEqual(
      parked.map(({ origin, text, sizeBytes }) => [origin.intakeId, text, sizeBytes]),
      [[taken.body.intakeId, '{"a":1}', 7]],
    );
    rig.hub.accept = () => Promise.reject(new StockbusError('BROKER_UNREACHABLE', 'away'));
    const later = await post('7');
    assert.deepEqual([later.status, later.body.code], [503, 'BROKER_UNREACHABLE']);
    assert.equal(parked.length, 1);
  });

  it('lets strangers who send slowly keep nobody waiting who has the token', async () => {
    const { port, hostname } = new URL(rig.url);
    const slow = Array.from({ length: 12 }, () => {
      const socket = connect(Number(port), hostname);
      const head = `POST /v1/webhooks/orders HTTP/1.1\r\nhost: x\r\ncontent-length: ${limits.deliveryBytes}\r\n\r\n`;
      socket.write(`${head}{`);
      return socket;
    });
    try {
      await Promise.all(slow.map((socket) => once(socket, 'connect')));
      // The first of them is in: its answer would be the last of all.
      const headers = { authorization: 'Bearer a-token-of-sixteen', 'content-type': 'text/csv' };
      rig.hub.accept = async (_flow, payload) => receiptOf(payload);
      const taken = await fetch(`${rig.url}/v1/flows/receipts`, {
        method: 'POST',
        body: 'a',
        headers,
      });
      assert.equal(taken.status, 202);
    } finally {
      for (const socket of slow) socket.destroy();
    }
  });

  it('refuses what is too large before all of it has come', async () => {
    const { status, body } = await post('7', 'orders', 'x'.repeat(limits.deliveryBytes + 1));
    assert.deepEqual([status, body.code], [413, 'PAYLOAD_TOO_LARGE']);
  });
});
