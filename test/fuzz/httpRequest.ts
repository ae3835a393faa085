/** Requests that no client of ours would send, as bytes, and what came back for them. */
import { connect } from 'node:net';
import fc from 'fast-check';
import { routes } from '../../core/api/rest/routes.ts';

export interface HttpCase {
  /** For people, when it fails. */
  about: string;
  bytes: Buffer;
  /** What is promised is not what is sent: the connection may end without an answer. */
  isBroken: boolean;
}

export interface HttpAnswer {
  status: number;
  headers: ReadonlyMap<string, string>;
  body: string;
}

const hostile = [
  ...[
    '',
    ' ',
    '.',
    '..',
    '../../etc/passwd',
    '%2e%2e%2f',
    '%00',
    '%ff',
    '%',
    '%zz',
    '+',
    '*',
    '//',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'null',
    'undefined',
    'NaN',
    '-1',
    '0',
    '1e999',
    '1001',
  ],
  ...['9'.repeat(40), '2026-02-30', '2026-03-31', '9999-12-31', '2026-03-31T25:00', 'json', 'exe'],
  ...["'; DROP TABLE entries; --", '<script>', '$where', '{}', '[]', '"', "'", '\\', '`', '${x}'],
  ...['WyJhIl0', 'WyIiLDFd', Buffer.from('[1e999]').toString('base64url'), 'é', '\u202e', '💥'],
  ...['a'.repeat(300), 'a'.repeat(9_000), '\u0001', '\u007f', 'x\ty'],
];
const value = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary', maxLength: 12 }));
const names = [...new Set(routes.flatMap(({ query = [] }) => query.map(({ name }) => name)))];
const methods = [
  'GET',
  'GET',
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'OPTIONS',
  'PATCH',
  'TRACE',
  'PRI',
];

const target = fc
  .record({
    path: fc.constantFrom(...routes.map(({ path }) => path), '/nowhere', '/v1', '*', 'http://x/'),
    segment: value,
    query: fc.array(fc.tuple(fc.oneof(fc.constantFrom(...names), value), value), { maxLength: 3 }),
    isEncoded: fc.boolean(),
  })
  .map(({ path, segment, query, isEncoded }) => {
    const write = (text: string): string => (isEncoded ? encoded(text) : withoutBlanks(text));
    const parts = query.map(([name, given]) => `${write(name)}=${write(given)}`);
    const filled = path.replace(/:\w+/, write(segment));
    return parts.length > 0 ? `${filled}?${parts.join('&')}` : filled;
  });

const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());
/** What would end the request line makes another request of it, which has cases of its own. */
const withoutBlanks = (text: string): string => text.replaceAll(/[ \r\n]/g, '');

const header = fc.constantFrom(
  ...['Accept: text/csv', 'Accept: image/png', 'Accept: ;;;q=', 'Accept: application/xml;q=0.1'],
  ...['Origin: http://x.example', 'Sec-Fetch-Site: cross-site', 'X-Forwarded-For: 1.2.3.4, , x'],
  ...['Range: bytes=0-1', 'If-None-Match: *', 'Expect: 100-continue', 'Expect: 200-never'],
  ...['Content-Type: text/csv; charset=utf-16', 'Content-Type: multipart/form-data; boundary=x'],
  ...['Content-Type: application/json; charset="', 'Content-Encoding: gzip', 'Content-Type:'],
  ...['Upgrade: websocket', 'Connection: upgrade', 'TE: trailers', 'Cookie: a=b; __proto__=1'],
  ...[
    `X-Long: ${'x'.repeat(8_000)}`,
    'X-Odd\u0001: 1',
    ': none',
    'Host: other.example',
    'X: \u0000',
  ],
);

const authorization = (token: string): fc.Arbitrary<string[]> =>
  fc.constantFrom<string[][]>(
    ...Array.from({ length: 6 }, () => [`Authorization: Bearer ${token}`]),
    ...[
      [],
      ['Authorization: Bearer'],
      [`Authorization: Basic ${token}`],
      ['Authorization: Bearer x'],
    ],
  );

export const anyQuestion = (token: string): fc.Arbitrary<HttpCase> =>
  fc
    .record({
      method: fc.constantFrom(...methods),
      target,
      headers: fc.array(header, { maxLength: 3 }),
      authorization: authorization(token),
    })
    .map(({ method, target: to, headers, authorization: shown }) => {
      const lines = [`${method} ${to} HTTP/1.1`, 'Host: localhost', ...shown, ...headers];
      const about = lines.join(' | ');
      const bytes = Buffer.from(`${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`);
      return { about, bytes, isBroken: false };
    });

type Framing = 'exact' | 'chunked' | 'less' | 'more' | 'both' | 'twice' | 'bad chunk' | 'none';
const framings: readonly Framing[] = ['less', 'more', 'both', 'twice', 'bad chunk', 'none'];

function framed(framing: Framing, body: Buffer): { headers: string[]; sent: Buffer } {
  const length = (bytes: number): string => `Content-Length: ${bytes}`;
  const chunk = (size: string): Buffer =>
    Buffer.concat([Buffer.from(`${size}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')]);
  const chunked = 'Transfer-Encoding: chunked';
  switch (framing) {
    case 'exact':
      return { headers: [length(body.length)], sent: body };
    case 'chunked':
      return {
        headers: [chunked],
        sent: body.length > 0 ? chunk(body.length.toString(16)) : chunk('0'),
      };
    case 'less':
      return { headers: [length(Math.floor(body.length / 2))], sent: body };
    case 'more':
      return { headers: [length(body.length + 10)], sent: body };
    case 'both':
      return { headers: [length(body.length), chunked], sent: chunk(body.length.toString(16)) };
    case 'twice':
      return { headers: [length(body.length), length(1)], sent: body };
    case 'bad chunk':
      return { headers: [chunked], sent: chunk('zz') };
    case 'none':
      return { headers: [], sent: body };
  }
}

/** A body for a flow, sent as it should be four times in five. */
export const anyPayload = (
  token: string,
  flows: readonly string[],
  body: fc.Arbitrary<Buffer>,
): fc.Arbitrary<HttpCase> =>
  fc
    .record({
      flow: fc.constantFrom(...flows),
      type: fc.constantFrom('text/plain', 'application/json', 'text/csv', 'application/xml'),
      framing: fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom<Framing[]>('exact', 'chunked') },
        { weight: 1, arbitrary: fc.constantFrom(...framings) },
      ),
      body,
    })
    .map(({ flow, type, framing, body: content }) => {
      const { headers, sent } = framed(framing, content);
      const lines = [
        `POST /v1/flows/${flow} HTTP/1.1`,
        ...['Host: localhost', `Authorization: Bearer ${token}`, `Content-Type: ${type}`],
        ...headers,
      ];
      const shown = content.subarray(0, 300).toString('latin1');
      return {
        about: `${lines.join(' | ')} (${framing}) ${JSON.stringify(shown)}`,
        bytes: Buffer.concat([
          Buffer.from(`${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`),
          sent,
        ]),
        isBroken: framing !== 'exact' && framing !== 'chunked',
      };
    });

/**
 * Sends the bytes and resolves with all that came until the server closed, a character for each byte.
 * Whoever promised more than he sends closes his half: Node then answers no more, so nobody else does.
 */
export function exchange(port: number, { bytes, isBroken }: HttpCase): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('data', (chunk) => chunks.push(chunk));
    // A server that has refused the head may reset what still comes of the body.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    if (isBroken) socket.end(bytes);
    else socket.write(bytes);
  });
}

/** The first answer in what came that is no `100 Continue`; undefined where nothing came. */
export function answerIn(text: string): HttpAnswer | undefined {
  const [, status, head = '', rest = ''] =
    /^HTTP\/1\.1 (\d{3})[^\r]*\r\n((?:[^\r\n]+\r\n)*)\r\n([\s\S]*)$/.exec(text) ?? [];
  if (status === undefined) return undefined;
  if (status === '100') return answerIn(rest);
  const headers = new Map(
    head
      .trimEnd()
      .split('\r\n')
      .map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
      }),
  );
  const length = headers.get('content-length');
  const isChunked = headers.get('transfer-encoding') === 'chunked';
  const raw = isChunked
    ? unchunked(rest)
    : rest.slice(0, length === undefined ? undefined : Number(length));
  const body = Buffer.from(raw, 'latin1').toString('utf8');
  return { status: Number(status), headers, body };
}

function unchunked(text: string): string {
  const [head, size] = /^([0-9a-f]+)\r\n/.exec(text) ?? ['', '0'];
  const bytes = parseInt(size!, 16);
  if (bytes === 0) return '';
  const end = head!.length + bytes;
  return text.slice(head!.length, end) + unchunked(text.slice(end + 2));
}
