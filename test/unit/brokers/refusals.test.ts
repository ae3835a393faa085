/** What RabbitMQ refuses: each reply code and its words, in the hub's words. */
import assert from 'node:assert/strict';
import {
  isConflict,
  isNotFound,
  isOfMessage,
  told,
} from '../../../core/brokers/rabbitmq/failure.ts';
import { refusalOfReply, refusalRows } from '../../../core/brokers/rabbitmq/refusals.ts';
import { isRetryable } from '../../../core/errors.ts';

const refused = (code: number, text: string): Error =>
  Object.assign(new Error(`Operation failed: ${text}`), { code });

describe('what RabbitMQ refuses', () => {
  const said: [code: number, text: string, refusal: string, ours: string][] = [
    [
      320,
      "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'",
      'again',
      'BROKER_UNREACHABLE',
    ],
    [
      320,
      'CONNECTION_FORCED - Node is being put into maintenance mode',
      'again',
      'BROKER_UNREACHABLE',
    ],
    [
      403,
      "ACCESS_REFUSED - write access to exchange 'x' in vhost '/' refused for user 'u'",
      'denied',
      'BROKER_DENIED',
    ],
    [404, "NOT_FOUND - no queue 'stock.commands.g1.p00' in vhost '/'", 'gone', 'BROKER_REFUSED'],
    [
      404,
      "NOT_FOUND - queue 'q' in vhost '/' process is stopped by supervisor",
      'again',
      'BROKER_UNREACHABLE',
    ],
    [
      406,
      "PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'q' in vhost '/': received 'true' but current is 'false'",
      'differs',
      'BROKER_TOPOLOGY_CONFLICT',
    ],
    [
      406,
      'PRECONDITION_FAILED - message size 20000000 is larger than configured max size 16777216',
      'message',
      'PAYLOAD_TOO_LARGE',
    ],
    [
      406,
      'PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out. Timeout value used: 1800000 ms',
      'again',
      'BROKER_UNREACHABLE',
    ],
    [406, 'PRECONDITION_FAILED - unknown delivery tag 4', 'again', 'BROKER_UNREACHABLE'],
    [
      406,
      "PRECONDITION_FAILED - cannot declare queue 'q': queue limit in vhost '/' (10) is reached",
      'full',
      'BROKER_FULL',
    ],
    [506, 'RESOURCE_ERROR - out of file descriptors', 'full', 'BROKER_FULL'],
    [
      530,
      "NOT_ALLOWED - access to vhost '/' refused for user 'u': connection limit (1) is reached",
      'full',
      'BROKER_FULL',
    ],
    [530, "NOT_ALLOWED - vhost '/' is down", 'again', 'BROKER_UNREACHABLE'],
    [530, "NOT_ALLOWED - vhost 'x' not found", 'denied', 'BROKER_DENIED'],
    [541, 'INTERNAL_ERROR', 'again', 'BROKER_UNREACHABLE'],
    [501, 'FRAME_ERROR - type 1, first 16 octets = <<>>', 'again', 'BROKER_UNREACHABLE'],
    [599, 'SOMETHING_NEW - that no list has', 'waits', 'BROKER_REFUSED'],
  ];
  for (const [code, text, refusal, ours] of said) {
    it(`${code} ${text.slice(0, 60)}: ${refusal}`, () => {
      assert.equal(refusalOfReply(code, text), refusal);
      const { fault } = told(refused(code, text));
      assert.equal(fault.code, ours);
      assert.ok(fault.message.includes(text), 'the words of the server are told');
    });
  }

  it('all but a message that is too large, and a queue that differs, is waited out', () => {
    for (const { code, name, refusal } of refusalRows) {
      const error = refused(code, name);
      const isOurs = isOfMessage(error) || isConflict(error);
      assert.equal(isRetryable(told(error).fault), !isOurs, `${code} ${name} ${refusal}`);
    }
  });

  it('an error of the socket is no word of a server', () => {
    const error = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    assert.equal(told(error).code, 'BROKER_UNREACHABLE');
    assert.equal(isNotFound(error), false);
  });
});
