/** A body that breaks off or is too large is as if it had not come, however much of it had come whole. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { limits } from '../../core/limits.ts';
import type { IntakeReport } from '../../core/message.ts';
import { HubFolder, HubProcess } from '../HubProcess.ts';
import { until } from '../hubRun.ts';

/** More than is read at once, so that most of them are through the flow when the connection breaks. */
const ROWS = 3_000;
const rows = Array.from({ length: ROWS }, (_, index) => ({
  d: `D${index}`,
  t: '2026-01-01T00:00:00Z',
  s: `S${index % 7}`,
  l: 'W',
  // Some are to be parked.
  q: index % 100 === 5 ? 'a few' : '1',
  c: '2',
}));
const columns = ['d', 't', 's', 'l', 'q', 'c'] as const;

const formats = {
  array: { read: 'json', text: JSON.stringify(rows) },
  lines: {
    read: '{ json: { format: lines } }',
    text: rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  },
  table: {
    read: 'csv',
    text: [columns, ...rows.map((row) => columns.map((name) => row[name]))].join('\n'),
  },
  elements: {
    read: '{ xml: { record: r } }',
    text: `<a>${rows.map((row) => `<r>${columns.map((name) => `<${name}>${row[name]}</${name}>`).join('')}</r>`).join('')}</a>`,
  },
};

const flowOf = (name: string, read: string): string =>
  `flow: ${name}\nfrom: http\nread: ${read}\nsteps:\n  - map: { document: d, at: t, sku: s, location: l, quantity: q, unitCost: c }\nkey: d\nto: stock.receive.v1\n`;

describe('a body that breaks off', () => {
  let folder: HubFolder;
  let hub: HubProcess;

  before(async () => {
    const flows = Object.entries(formats).map(([name, { read }]) => [
      `flows/${name}.yaml`,
      flowOf(name, read),
    ]);
    folder = new HubFolder({
      'config/hub.yaml': 'http: { port: 0 }\n',
      ...Object.fromEntries(flows),
    });
    hub = await HubProcess.start(folder);
  });

  after(async () => {
    await hub.end();
    folder.remove();
  });

  /** The head of the answer to this much of the body, after which the sender says no more. */
  const breakOff = async (flow: string, part: string, framing: 'length' | 'chunks') => {
    const { hostname, port } = new URL(hub.url);
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    let answer = '';
    socket.setEncoding('utf8').on('data', (text) => {
      answer += text;
    });
    socket.write(
      `POST /v1/flows/${flow} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n`,
    );
    if (framing === 'length') socket.end(`Content-Length: ${part.length + 1_000}\r\n\r\n${part}`);
    else {
      const size = part.length.toString(16);
      socket.end(`Transfer-Encoding: chunked\r\n\r\n${size}\r\n${part}\r\n`);
    }
    await once(socket, 'close');
    return answer;
  };

  for (const [flow, { text }] of Object.entries(formats)) {
    it(`(${flow}) is not booked, not parked and not published, and is taken when it comes whole`, async () => {
      const cuts = [0.9, 0.5];
      for (const framing of ['length', 'chunks'] as const) {
        for (const share of cuts) {
          const answer = await breakOff(flow, text.slice(0, text.length * share), framing);
          assert.match(answer, /^HTTP\/1\.1 400 |^$/);
        }
      }
      // Where every record is whole, too: at the end of a line nothing shows that more was to come.
      if (flow === 'lines') await breakOff(flow, text.slice(0, text.lastIndexOf('{')), 'length');
      assert.deepEqual(
        hub.lines('intake.done').filter((line) => line.flow === flow),
        [],
      );

      const sent = await hub.post(flow, text);
      assert.equal(sent.status, 202);
      const { intakeId, parked } = (await sent.json()) as { intakeId: string; parked: number };
      assert.equal(parked, ROWS / 100);
      const report = await until('the books', async () => {
        const found = (await (
          await fetch(`${hub.url}/v1/messages/${intakeId}`)
        ).json()) as IntakeReport;
        return found.done && found;
      });
      assert.deepEqual(
        [report.booked, report.exists, report.parked],
        [ROWS - ROWS / 100, 0, ROWS / 100],
      );
    }).timeout(60_000);
  }

  it('is one that grows beyond its bound without having said so', async () => {
    // Half a record's bound each, so that the flow has long taken some when the bound is passed.
    const note = 'x'.repeat(limits.recordBytes / 2);
    const chunks = function* (): Generator<Uint8Array> {
      for (let bytes = 0, number = 0; bytes <= limits.requestBytes; number += 1) {
        const line = Buffer.from(
          `${JSON.stringify({ ...rows[0], d: `L${number}`, s: 'LARGE', note })}\n`,
        );
        bytes += line.length;
        yield line;
      }
    };
    const before = hub.lines('intake.done').length;
    const answer = await fetch(`${hub.url}/v1/flows/lines`, {
      method: 'POST',
      body: ReadableStream.from(chunks()),
      duplex: 'half',
    } as RequestInit);
    assert.equal(answer.status, 413);
    assert.equal(((await answer.json()) as { code: string }).code, 'PAYLOAD_TOO_LARGE');
    assert.equal(hub.lines('intake.done').length, before);

    // What is published is booked in order: behind what comes after it nothing of it can still come.
    const next = await hub.post(
      'lines',
      `${JSON.stringify({ ...rows[0], d: 'after', s: 'LARGE' })}\n`,
    );
    const { intakeId } = (await next.json()) as { intakeId: string };
    await until('the books', async () => {
      const found = await fetch(`${hub.url}/v1/messages/${intakeId}`);
      return ((await found.json()) as IntakeReport).done;
    });
    const booked = await (await fetch(`${hub.url}/v1/ledger?sku=LARGE`)).text();
    assert.match(booked, /"after"/);
    assert.doesNotMatch(booked, /"L\d/);
  }).timeout(60_000);
});
