/**
 * What becomes of what a RabbitMQ server refuses, by its reply code and, where one code says several things, by its
 * words. What a server refuses is no fault of a document: it is waited out, and told, unless it is the message itself
 * that can never be taken. A code that is not here is waited out, and told.
 *
 * Source: the constants of AMQP 0-9-1, the extensions of RabbitMQ, and the words of RabbitMQ 3.10 to 4.1.
 */

export type BrokerRefusal =
  /** The same attempt can succeed a moment later: it is waited for, with the connection made anew. */
  | 'again'
  /** Nothing can be done but to wait, and to tell. */
  | 'waits'
  /** As `waits`: somebody has to give this user his rights. */
  | 'denied'
  /** As `waits`: somebody has to make room, or to raise a bound. */
  | 'full'
  /** What was asked for is not there: it is declared again, and waited for. */
  | 'gone'
  /** It is there with other properties: nothing is declared over it. */
  | 'differs'
  /** The message can never be taken: who sent it is told. */
  | 'message';

interface Row {
  code: number;
  name: string;
  refusal: BrokerRefusal;
  /** Of one code those with words come first; without words: any other. */
  words?: RegExp;
}

const row = (code: number, name: string, refusal: BrokerRefusal, words?: RegExp): Row => ({
  ...{ code, name, refusal },
  ...(words ? { words } : {}),
});

/** In the order in which they are looked through. */
export const refusalRows: readonly Row[] = [
  row(200, 'REPLY_SUCCESS', 'again'),
  row(311, 'CONTENT_TOO_LARGE', 'message'),
  row(312, 'NO_ROUTE', 'gone'),
  row(313, 'NO_CONSUMERS', 'again'),
  // An operator, a shutdown, a node that leaves its cluster or goes into maintenance.
  row(320, 'CONNECTION_FORCED', 'full', /disk|memory|limit/i),
  row(320, 'CONNECTION_FORCED', 'again'),
  row(402, 'INVALID_PATH', 'waits'),
  row(403, 'ACCESS_REFUSED', 'differs', /exclusive|passive|mandatory name|reserved/i),
  row(403, 'ACCESS_REFUSED', 'denied'),
  row(404, 'NOT_FOUND', 'denied', /no such vhost|vhost .* not found/i),
  row(404, 'NOT_FOUND', 'again', /process is stopped|is down|no leader|unavailable|timed out/i),
  row(404, 'NOT_FOUND', 'gone'),
  row(405, 'RESOURCE_LOCKED', 'again'),
  row(
    406,
    'PRECONDITION_FAILED',
    'message',
    /message size|larger than (?:configured )?max|max_message_size|invalid expiration/i,
  ),
  row(406, 'PRECONDITION_FAILED', 'differs', /inequivalent arg/i),
  row(
    406,
    'PRECONDITION_FAILED',
    'differs',
    /invalid arg|unsupported|not (?:supported|permitted)|deprecated/i,
  ),
  row(406, 'PRECONDITION_FAILED', 'full', /limit|exceeded/i),
  // Acknowledged too late, or on a channel that is gone: what was in hand comes again.
  row(
    406,
    'PRECONDITION_FAILED',
    'again',
    /delivery acknowledgement|delivery tag|timed? ?out|timeout/i,
  ),
  row(406, 'PRECONDITION_FAILED', 'again', /leader|quorum|not available|is down/i),
  row(406, 'PRECONDITION_FAILED', 'waits'),
  // A frame that was damaged on its way, or a defect of driver or server: another connection may do.
  row(501, 'FRAME_ERROR', 'again'),
  row(502, 'SYNTAX_ERROR', 'waits'),
  row(503, 'COMMAND_INVALID', 'waits'),
  row(504, 'CHANNEL_ERROR', 'again'),
  row(505, 'UNEXPECTED_FRAME', 'again'),
  row(506, 'RESOURCE_ERROR', 'full'),
  // Of too many connections, channels or queues, and of a virtual host.
  row(530, 'NOT_ALLOWED', 'full', /limit|too many|negotiated|max/i),
  row(
    530,
    'NOT_ALLOWED',
    'again',
    /is down|being deleted|not (?:yet )?(?:available|running|started)/i,
  ),
  row(530, 'NOT_ALLOWED', 'denied'),
  row(540, 'NOT_IMPLEMENTED', 'waits'),
  row(541, 'INTERNAL_ERROR', 'full', /disk|enospc|memory/i),
  row(541, 'INTERNAL_ERROR', 'again'),
];

export const refusalOfReply = (code: number, words: string): BrokerRefusal =>
  refusalRows.find((one) => one.code === code && (one.words?.test(words) ?? true))?.refusal ??
  'waits';

export const nameOfReply = (code: number): string | undefined =>
  refusalRows.find((one) => one.code === code)?.name;
