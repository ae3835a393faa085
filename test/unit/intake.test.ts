import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Code } from '../../core/errors.ts';
import { StockbusError } from '../../core/errors.ts';
import type { InboundFlow, InboundMessage, InboundParked } from '../../core/flow/compiledFlow.ts';
import type { StopAt } from '../../core/flow/stopField.ts';
import type { IntakeBounds } from '../../core/intake/ParkedBounds.ts';
import { takeIn } from '../../core/intake.ts';
import { limits } from '../../core/limits.ts';
import { type BatchPart, commandsOf } from '../../core/message.ts';
import type {
  Broker,
  BrokerMessage,
  Payload,
  ReadContext,
  Receipt,
  RejectsFormat,
} from '../../core/ports.ts';
import { systemRuntime, uuidV7 } from '../../core/runtime.ts';
import { type SpoolBounds, SpoolFolder } from '../../core/spool/SpoolFolder.ts';
import { SpoolBytes, SpoolOnDisk, spoolPlaces } from '../testSpool.ts';

async function* emptyBody(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array();
}

interface Taking {
  messages: Partial<InboundMessage>[];
  parked?: Partial<InboundParked>[];
  allow?: readonly Code[];
  bounds?: IntakeBounds;
  stopAt?: StopAt;
  payload?: Partial<Payload>;
  spool?: SpoolFolder | undefined;
  /** Makes documents of records. */
  gathers?: boolean;
  /** A message that comes before the end of the payload. */
  early?: Partial<InboundMessage>;
  /** What the codec throws in the end. */
  failure?: Error;
}

interface Taken {
  context: ReadContext | undefined;
  receipt: Receipt;
  sent: BrokerMessage[];
  batches: BatchPart[];
  largest: number;
}

/** With the time in it that the messages get. */
const INTAKE_ID = uuidV7(Date.UTC(2026, 2, 1));

/** Intakes of messages as a flow would have made them, over a spool folder of their own. */
class IntakeRig {
  readonly folder: string;
  readonly sent: BrokerMessage[] = [];

  constructor(folder: string) {
    this.folder = folder;
  }

  spool(bounds: Partial<SpoolBounds> = {}): SpoolFolder {
    return new SpoolFolder(join(this.folder, 'spool'), systemRuntime(), bounds);
  }

  async take({
    messages,
    parked = [],
    allow = [],
    gathers = false,
    ...more
  }: Taking): Promise<Taken> {
    const { bounds, stopAt, payload, spool, failure, early } = more;
    this.sent.length = 0;
    const broker = {
      publish: async (batch: readonly BrokerMessage[]) => {
        this.sent.push(...batch);
      },
    } as Broker;
    const facts = { record: 1, records: 1, members: [], contenthash: '', type: 'stock.receive.v1' };
    const result = {
      messages: messages.map((message) => ({ ...facts, ...message })),
      parked: parked.map((one) => ({ ...facts, faults: [], ...one })),
      filtered: 0,
    };
    const none = { messages: [], parked: [], filtered: 0 };
    let context: ReadContext | undefined;
    const read = async function* (given: ReadContext) {
      context = given;
      yield [];
      if (failure) throw failure;
    };
    const rejects = (): RejectsFormat => ({
      write: (rejected) =>
        Buffer.from(
          rejected.map(({ record, fault }) => `${record.record} ${fault?.code};`).join(''),
        ),
      end: () => Buffer.from('end'),
    });
    const codec = {
      read: (_body: unknown, given: ReadContext) => Object.assign(read(given), { rejects }),
    };
    const makeRun = () => ({
      push: () =>
        early ? { ...none, messages: [{ ...facts, ...small, id: 'early', ...early }] } : none,
      flush: async function* () {
        yield result;
      },
      gathers,
      told: () => [],
      close: async () => undefined,
    });
    const flow = {
      name: 't',
      source: 't',
      allow,
      stopAt,
      read: { codec },
      readsOfPayload: new Set(),
      ...{ behind: [], handsTo: new Map() },
      makeRun,
    } as unknown as InboundFlow;
    const parts = { broker, runtime: systemRuntime(), partitions: 1, spool: spool ?? this.spool() };
    const origin = { intakeId: INTAKE_ID, flow: 't', name: 't' };
    const receipt = await takeIn(bounds ? { ...parts, bounds } : parts, flow, {
      origin,
      body: emptyBody(),
      ...payload,
    });
    return {
      context,
      receipt,
      sent: [...this.sent],
      batches: this.sent.flatMap(
        ({ body }) => JSON.parse(Buffer.from(body).toString('utf8')).parts,
      ),
      largest: Math.max(...this.sent.map(({ body }) => body.byteLength)),
    };
  }
}

const small: Partial<InboundMessage> = { id: 'small', dataJson: '{}' };

/** One message a record, with these keys. */
const keyed = (...ids: string[]): Partial<InboundMessage>[] =>
  ids.map((id, index) => ({
    id,
    dataJson: `{"n":${index}}`,
    record: index + 1,
    members: [{ record: index + 1, line: index + 2, value: { id, text: 'ä\n"x"' } }],
  }));

const idsOf = ({ batches }: Taken): string[] =>
  batches.flatMap(({ commands }) => commands.map(({ id }) => id));

describe('intake', () => {
  let rig: IntakeRig;

  beforeEach(async () => {
    rig = new IntakeRig(await mkdtemp(join(tmpdir(), 'stockbus-')));
  });

  afterEach(() => rm(rig.folder, { recursive: true }));

  it('tells the codec what the transport says of the payload', async () => {
    const contentType = 'text/csv; charset=windows-1252';
    const { context, receipt } = await rig.take({ messages: [small], payload: { contentType } });
    assert.deepEqual([context?.name, context?.contentType], ['t', contentType]);
    context?.passedOver?.('Header', 1);
    context?.passedOver?.('Header', 2);
    assert.deepEqual(receipt.passedOver, { Header: 3 });
  });

  it('says of each command who sent it, which is no part of its content', async () => {
    const of = async (payload: Partial<Payload>) => {
      const { batches } = await rig.take({ messages: [{ ...small, contenthash: 'h' }], payload });
      return commandsOf(batches[0]!);
    };
    const [own] = await of({});
    const [ada] = await of({ actor: 'cli:ada "a"' });
    assert.equal(own!.actor, 'flow:t');
    assert.deepEqual(ada, { ...own, actor: 'cli:ada "a"' });
  });

  it('gives each batch the trace of its payload', async () => {
    const trace = { traceparent: '00-0af7-b7ad-01', tracestate: 'vendor="1"' };
    const { batches } = await rig.take({ messages: [small], payload: { trace } });
    const { traceparent, tracestate } = batches[0]!;
    assert.deepEqual({ traceparent, tracestate }, trace);
  });

  it('shortens what it parks to what the broker can carry, counted in bytes', async () => {
    for (const text of [
      '€'.repeat(limits.documentBytes / 2),
      '"'.repeat(limits.documentBytes / 2),
    ]) {
      const members = [{ record: 1, value: { text } }];
      const { receipt, largest } = await rig.take({ messages: [small], parked: [{ members }] });
      assert.equal(receipt.parked, 1);
      assert.ok(largest < limits.brokerMessageBytes, `${largest} bytes`);
    }
  });

  it('tells each hint once, with its first place and how often it came, unless the flow allows it', async () => {
    const told = (record: number) => [
      { code: 'COST_MISSING' as const, message: 'no cost', at: { record } },
      { code: 'DATE_IN_FUTURE' as const, message: 'in 2062', at: { record } },
    ];
    const messages = [
      { ...small, id: 'a', told: told(3) },
      { ...small, id: 'b', told: told(7) },
    ];
    const both = (await rig.take({ messages })).receipt.told;
    assert.deepEqual(
      both.map(({ code, at, count }) => [code, at?.file, at?.record, count]),
      [
        ['COST_MISSING', 't', 3, 2],
        ['DATE_IN_FUTURE', 't', 3, 2],
      ],
    );
    const { receipt } = await rig.take({ messages, allow: ['COST_MISSING'] });
    assert.deepEqual(
      receipt.told.map(({ code }) => code),
      ['DATE_IN_FUTURE'],
    );
    assert.deepEqual([receipt.messages, receipt.parked], [2, 0]);
  });

  it('publishes the same to the byte wherever it was kept, and leaves no file', async () => {
    const messages = keyed(...Array.from({ length: 1_200 }, (_, index) => `R-${index}`));
    const parked = [{ record: 9, members: [{ record: 9, value: { text: 'ä' } }] }];
    const bodies = [];
    for (const bounds of Object.values(spoolPlaces)) {
      const { sent } = await rig.take({ messages, parked, spool: rig.spool(bounds) });
      bodies.push(sent.map(({ id, body }) => `${id} ${hash('sha256', body)}`));
    }
    assert.equal(bodies[0]!.length, 3);
    assert.deepEqual(bodies[1], bodies[0]);
    assert.deepEqual(bodies[2], bodies[0]);
    assert.deepEqual(await readdir(join(rig.folder, 'spool')), []);
  });

  it('writes a record that was split once, not for each of its parts', async () => {
    const value = { text: 'x'.repeat(100_000) };
    const part = (id: string, record: number, members: InboundMessage['members']) => ({
      ...{ id, dataJson: '{}', record, records: 0, members },
    });
    const [one, other] = [1, 2].map((record) => [
      { record, value: { ...value, record }, shared: true as const },
    ]);
    const messages = Array.from({ length: 2_000 }, (_, index) =>
      index < 1_000 ? part(`A${index}`, 1, one!) : part(`B${index}`, 2, other!),
    );
    const repeated = [...messages, part('A1', 1, one!), part('B1999', 2, other!)];
    const written = new SpoolBytes({ memoryBytes: 0 });
    const { batches } = await rig.take({ messages: repeated, spool: written });
    assert.ok(written.bytes < 2_000_000, `${written.bytes} bytes`);
    const parked = batches.flatMap((batch) => batch.parked);
    assert.deepEqual(
      parked.map(({ content }) => JSON.parse(content)[0].value.record),
      [1, 2, 1, 2],
    );
  });

  it('keeps of large records no more in memory than its bound', async () => {
    const written = new SpoolBytes({ memoryBytes: 1_000_000 });
    const messages = keyed(...Array.from({ length: 30 }, (_, index) => `R${index}`)).map(
      (message) => ({
        ...message,
        members: [{ record: message.record!, value: { lines: [{ text: 'x'.repeat(100_000) }] } }],
      }),
    );
    await rig.take({ messages, spool: written });
    assert.ok(written.bytes > 3_000_000, `${written.bytes} bytes are in the file`);
  });

  for (const [place, bounds] of Object.entries(spoolPlaces)) {
    describe(`of a payload that waits ${place}`, () => {
      let spool: SpoolFolder;

      beforeEach(() => {
        spool = rig.spool(bounds);
      });

      it('parks every record of a key that comes twice, names the rows, and books the others', async () => {
        const taken = await rig.take({
          messages: keyed('A', 'R1', 'B', 'R1', 'C', 'r1', 'R2', 'R2', 'R1'),
          spool,
        });
        const { receipt, batches } = taken;
        assert.deepEqual(idsOf(taken), ['A', 'B', 'C', 'r1']);
        assert.deepEqual([receipt.records, receipt.messages, receipt.parked], [9, 4, 5]);
        const parked = batches.flatMap((batch) => batch.parked);
        assert.deepEqual(
          parked.map(({ faults: [fault], record }) => [record, fault?.code, fault?.at?.line]),
          [2, 4, 7, 8, 9].map((record) => [record, 'KEY_REPEATED', record + 1]),
        );
        assert.equal(
          parked[0]?.faults[0]?.message,
          "the key 'R1' comes 3 times in this payload, in rows 2, 4 and 9",
        );
        assert.match(parked[2]?.faults[0]?.message ?? '', /'R2' comes 2 times .* rows 7 and 8$/);
        const [record] = JSON.parse(parked[0]!.content);
        assert.deepEqual(record.value, { id: 'R1', text: 'ä\n"x"' });
        assert.equal(
          batches.reduce((sum, { records }) => sum + records, 0),
          9,
        );
      });

      it('gives what repeats back to the sender', async () => {
        const written: Uint8Array[] = [];
        const rejects = { write: async (chunk: Uint8Array) => void written.push(chunk) };
        await rig.take({ messages: keyed('A', 'B', 'A'), spool, payload: { rejects } });
        const rows = Buffer.concat(written).toString();
        assert.equal(rows, '1 KEY_REPEATED;3 KEY_REPEATED;end');
      });

      it('publishes nothing when the payload turns out not to be whole', async () => {
        const whole = async () => {
          throw new StockbusError('PAYLOAD_EMPTY', 'it grew');
        };
        const taking = rig.take({ messages: keyed('A', 'B'), spool, payload: { whole } });
        await assert.rejects(taking, /it grew/);
        assert.deepEqual(rig.sent, []);
      });

      it('refuses the whole payload when more is wrong with it than a person can correct', async () => {
        const parked = [1, 2, 3].map((record) => ({
          record,
          faults: [{ code: 'KEY_EMPTY' as const, message: `row ${record} has no key` }],
          members: [{ record, value: { text: 'x'.repeat(100) } }],
        }));
        const most = { parkedRecords: 3, parkedBytes: 1_000 };
        const { receipt } = await rig.take({ messages: [small], parked, spool, bounds: most });
        assert.equal(receipt.parked, 3);
        for (const less of [{ parkedRecords: 2 }, { parkedBytes: 300 }]) {
          const taking = rig.take({
            messages: [small],
            parked,
            spool,
            bounds: { ...most, ...less },
          });
          await assert.rejects(taking, (error: unknown) => {
            assert.ok(error instanceof StockbusError);
            assert.equal(error.code, 'PAYLOAD_REFUSED');
            assert.match(error.message, /KEY_EMPTY row 1 has no key/);
            assert.equal(error.fault.causes?.length, 3);
            return true;
          });
          assert.deepEqual(rig.sent, []);
        }
      });

      it('counts what repeats towards that bound', async () => {
        for (const parkedRecords of [3, 1]) {
          const messages = keyed('A', 'B', 'A', 'B', 'C');
          const few = { parkedRecords, parkedBytes: 1_000 };
          const taking = rig.take({ messages, spool, bounds: few });
          await assert.rejects(taking, /PAYLOAD_REFUSED|KEY_REPEATED/);
          assert.deepEqual(rig.sent, []);
        }
      });
    });
  }

  describe('of a flow that stops', () => {
    const stopAt: StopAt = { share: 500, least: 100, text: 'when 5 % of a file is parked' };
    const bad = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        ...{ record: index + 1, records: 1 },
        faults: [{ code: 'KEY_EMPTY' as const, message: `row ${index + 1} has no key` }],
        members: [{ record: index + 1, value: { text: 'x' } }],
      }));
    const good = (count: number) => keyed(...Array.from({ length: count }, (_, at) => `K${at}`));

    it('refuses the whole file where so much of it would be parked, with count, share and causes', async () => {
      const taking = rig.take({ messages: good(95), parked: bad(5), stopAt });
      await assert.rejects(taking, (error: unknown) => {
        assert.ok(error instanceof StockbusError);
        assert.equal(error.code, 'PAYLOAD_REFUSED');
        assert.match(
          error.message,
          /^5 of its 100 records \('stop: when 5 % of a file is parked'\)/,
        );
        assert.match(error.message, /KEY_EMPTY row 1 has no key/);
        return true;
      });
      assert.deepEqual(rig.sent, []);
    });

    it('takes it with less, and a small file whatever is wrong with it', async () => {
      const { receipt } = await rig.take({ messages: good(96), parked: bad(4), stopAt });
      assert.deepEqual([receipt.messages, receipt.parked], [96, 4]);
      const few = await rig.take({ messages: good(1), parked: bad(98), stopAt });
      assert.equal(few.receipt.parked, 98);
      const least = await rig.take({
        messages: good(1),
        parked: bad(19),
        stopAt: { ...stopAt, least: 21 },
      });
      assert.equal(least.receipt.parked, 19);
    });

    it('counts rows of documents, and keys that come twice', async () => {
      const [one, ...rest] = bad(2);
      const document = [{ ...one!, records: 10 }, ...rest];
      await assert.rejects(rig.take({ messages: good(100), parked: document, stopAt }), {
        code: 'PAYLOAD_REFUSED',
      });
      const repeated = keyed(...Array.from({ length: 100 }, (_, at) => `K${at % 97}`));
      await assert.rejects(rig.take({ messages: repeated, stopAt }), { code: 'PAYLOAD_REFUSED' });
    });
  });

  describe('of a payload that cannot be read to its end', () => {
    const failure = new StockbusError('TEXT_BAD_ENCODING', 'byte 7 is not UTF-8');
    const parked = [{ faults: [{ code: 'KEY_EMPTY' as const, message: 'no key' }] }];
    const one = { record: 1, records: 1 };

    it('refuses all of it where records are gathered to documents, which may lack some', async () => {
      const taking = rig.take({ messages: [small], parked, gathers: true, failure, early: one });
      await assert.rejects(taking, /byte 7/);
      assert.deepEqual(rig.sent, []);
    });

    it('takes what came before where each record stands for itself', async () => {
      const { receipt } = await rig.take({ messages: [small], failure, early: one });
      assert.deepEqual([receipt.messages, receipt.parked], [2, 1]);
      assert.equal(receipt.refused?.code, 'TEXT_BAD_ENCODING');
    });
  });

  it('keeps the payload for another attempt when the spool cannot be written', async () => {
    const blocked = join(rig.folder, 'blocked');
    await writeFile(blocked, '');
    const bounds = { memoryBytes: 0 };
    const spool = new SpoolFolder(join(blocked, 'spool'), systemRuntime(), bounds);
    await assert.rejects(rig.take({ messages: keyed('A'), spool }), (error: unknown) => {
      assert.ok(error instanceof StockbusError);
      assert.equal(error.code, 'SPOOL_FAILED');
      return true;
    });
    assert.deepEqual(rig.sent, []);
    assert.equal(
      (await rig.take({ messages: keyed('A'), spool: rig.spool(bounds) })).receipt.messages,
      1,
    );
  });

  it('keeps the payload for another attempt when the disk is full, wherever that shows', async () => {
    const bounds = { memoryBytes: 0, memoryKeys: 2 };
    const messages = keyed('A', 'B', 'C', 'D', 'E');
    const wide = new SpoolBytes(bounds);
    const expected = (await rig.take({ messages, spool: wide })).batches;
    assert.ok(wide.bytes > 200);
    for (let freeBytes = 0; freeBytes < wide.bytes; freeBytes += 7) {
      const spool = new SpoolOnDisk(freeBytes, bounds);
      await assert.rejects(rig.take({ messages, spool }), {
        code: 'SPOOL_FAILED',
        message: /ENOSPC/,
      });
      assert.deepEqual(rig.sent, []);
      assert.deepEqual([spool.files, spool.freeBytes], [0, freeBytes], 'it keeps its files open');
      spool.freeBytes = wide.bytes;
      assert.deepEqual((await rig.take({ messages, spool })).batches, expected);
    }
  });

  it('removes at start what a process that died left in the spool', async () => {
    const path = join(rig.folder, 'spool');
    const spool = new SpoolFolder(path, systemRuntime());
    const file = await spool.open();
    await file.append(Buffer.from('in use'));
    await writeFile(join(path, 'left'), 'of the dead');
    await chmod(join(path, 'left'), 0o400);
    await spool.clear();
    assert.deepEqual(await readdir(path), []);
    assert.equal((await file.read(0, 100)).toString(), 'in use');
    await file.close();
  });
});
