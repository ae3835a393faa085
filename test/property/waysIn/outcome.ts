/** Sends the payloads of one case, and compares what the hub made of them with what was expected. */
import assert from 'node:assert/strict';
import type { LedgerEntry } from '../../../core/ledger.ts';
import type { IntakeReport, ParkedRecord } from '../../../core/message.ts';
import type { Case, Sending, SentPayload } from './cases.ts';
import { type Answer, Doors } from './Doors.ts';
import { keyOf } from './judge.ts';
import type { Plan } from './plan.ts';
import type { Meant } from './truth.ts';

const CONTENT_TYPES = { csv: 'text/csv', json: 'application/json', xml: 'application/xml' };
/** Longer than the second look at a file that only its end closes, and than its retries. */
const AFTERWARDS_MS = 200_000;

/** What became of one sending. */
export interface Landed {
  sending: Sending;
  payload: SentPayload;
  /** Those of a folder may be several: a part that was taken in early, then all of it. */
  intakes: string[];
  /** The whole payload was refused, for this reason. */
  refused: string | undefined;
  /** Nothing after some of its records could be read. */
  cutShort: boolean;
}

/** How often the hub refused what the independent reader could read. */
export class Tally {
  damaged = 0;
  refusedInDoubt = 0;
  booked = 0;
  parked = 0;
  refused = 0;
  grew = 0;
}

export async function play(one: Case, tally: Tally): Promise<void> {
  const doors = await Doors.open(one.flow);
  try {
    const landed = await sendAll(one, doors);
    const intakes = landed.flatMap(({ intakes: some }) => some);
    const reports = await doors.reports(intakes);
    const books = booksOf(await doors.ledger(), one.plan);
    const parked = await doors.parked();
    compareBooks(one.plan, landed, books, tally);
    for (const each of landed) compareReport(each, reports, tally);
    compareParked(landed, parked);
    await compareStock(doors, books);
    assert.deepEqual((await doors.verify()).differences, [], 'verify is content');
  } finally {
    await doors.close();
  }
}

// --- sending --------------------------------------------------------------------------------------

/** All at once: what is posted comes in while writers pause. */
async function sendAll({ sendings, payloads, plan }: Case, doors: Doors): Promise<Landed[]> {
  const files = sendings.map((sending, index) => ({
    ...writerOf(sending, payloads[sending.which]!, doors, index),
  }));
  const posted = sendings.map(async (sending) =>
    sending.door === 'http'
      ? await post(sending, payloads[sending.which]!, plan, doors)
      : undefined,
  );
  await letWrite(files, doors);
  const answers = await Promise.all(posted);
  await doors.pass(AFTERWARDS_MS);
  return sendings.map((sending, index) => {
    const answer = answers[index];
    const payload = payloads[sending.which]!;
    return answer
      ? landedByHttp(sending, payload, answer)
      : landedByFolder(sending, payload, nameOf(index), doors);
  });
}

interface Writer {
  /** What is written when, in order of time. */
  parts: { atMs: number; bytes: Uint8Array }[];
  write: (bytes: Uint8Array) => void;
}

const nameOf = (index: number): string => `file-${index}.txt`;

function writerOf(
  { door, pauses, byLine }: Sending,
  { bytes }: SentPayload,
  doors: Doors,
  index: number,
): Writer {
  if (door === 'http') return { parts: [], write: () => undefined };
  const cuts = pauses
    .map(([part, ms]) => [cutAt(bytes, part, byLine), ms] as const)
    .sort(([a], [b]) => a - b);
  const parts: Writer['parts'] = [];
  let [from, atMs] = [0, index * 400];
  for (const [cut, ms] of cuts) {
    parts.push({ atMs, bytes: bytes.subarray(from, cut) });
    [from, atMs] = [cut, atMs + ms];
  }
  parts.push({ atMs, bytes: bytes.subarray(from) });
  const file: { write?: (bytes: Uint8Array) => void } = {};
  const write = (more: Uint8Array): void => {
    if (file.write) file.write(more);
    else file.write = doors.tree.append(nameOf(index), more);
  };
  return { parts, write };
}

/** Behind the next line feed (in UTF-16 of either kind too), or anywhere. */
function cutAt(bytes: Uint8Array, part: number, byLine: boolean): number {
  const place = Math.floor(part * bytes.length);
  const feed = byLine ? bytes.indexOf(10, place) : -1;
  if (feed < 0) return place;
  return bytes[feed + 1] === 0 ? feed + 2 : feed + 1;
}

async function letWrite(files: readonly Writer[], doors: Doors): Promise<void> {
  const all = files.flatMap(({ parts, write }) => parts.map((part) => ({ ...part, write })));
  let nowMs = 0;
  for (const { atMs, bytes, write } of all.sort((one, other) => one.atMs - other.atMs)) {
    await doors.pass(atMs - nowMs);
    nowMs = atMs;
    write(bytes);
  }
}

function post(
  { chunk, charset }: Sending,
  { bytes }: SentPayload,
  plan: Plan,
  doors: Doors,
): Promise<Answer> {
  const type = CONTENT_TYPES[plan.format];
  return doors.post(
    bytes,
    Math.max(chunk, Math.ceil(bytes.length / 50)),
    charset ? `${type}; charset=${plan.encoding}` : type,
  );
}

function landedByHttp(sending: Sending, payload: SentPayload, { status, body }: Answer): Landed {
  if (status === 202) {
    return {
      sending,
      payload,
      intakes: [String(body.intakeId)],
      refused: undefined,
      cutShort: body.refused !== undefined,
    };
  }
  assert.ok(status >= 400 && status < 500, `HTTP ${status}: ${JSON.stringify(body)}`);
  assert.ok(body.code && body.detail, `a refusal says why: ${JSON.stringify(body)}`);
  return { sending, payload, intakes: [], refused: String(body.code), cutShort: false };
}

function landedByFolder(
  sending: Sending,
  payload: SentPayload,
  name: string,
  doors: Doors,
): Landed {
  const failed = doors.log.findLast(
    ({ event, file }) => event === 'folder.file_failed' && file === name,
  );
  const done = doors.log.filter((one) => one.event === 'intake.done' && one.name === name);
  const archived = doors.tree.files('archive').filter((path) => path.endsWith(`/${name}`));
  const aside = doors.tree.files('failed').filter((path) => path.endsWith(name));
  assert.equal(
    archived.length + aside.length,
    1,
    `${name} is in the archive or put aside: ${doors.tree.files()}`,
  );
  if (aside.length > 0)
    assert.ok(failed?.code && failed?.message, `${name} was put aside with a reason`);
  const intakes = done.map(({ intakeId }) => String(intakeId));
  const cutShort = failed !== undefined && intakes.includes(String(failed.intakeId));
  const early = intakes.length - (failed && !cutShort ? 0 : 1);
  const grew = doors.log.some(({ event, file }) => event === 'folder.file_grew' && file === name);
  assert.ok(
    early === 0 || grew,
    `${name} was taken in ${intakes.length} times, and nobody was told`,
  );
  return {
    sending,
    payload,
    intakes,
    refused: failed && !cutShort ? String(failed.code) : undefined,
    cutShort,
  };
}

// --- comparing ------------------------------------------------------------------------------------

/** What is booked by each key, as it is told by the ledger alone. */
type Books = Map<string, Meant[]>;

function booksOf(entries: readonly LedgerEntry[], plan: Plan): Books {
  const books: Books = new Map();
  const messages = new Map<string, string>();
  for (const { document, line, sku, to, quantity, lot, at, messageId, kind, from } of entries) {
    assert.deepEqual([kind, from], ['receive', 'supplier']);
    const key = keyOf(plan, { document, line });
    const before = messages.get(key) ?? messageId;
    assert.equal(messageId, before, `${key} is booked by two messages`);
    messages.set(key, messageId);
    const lines = books.get(key) ?? [];
    books.set(key, [
      ...lines,
      { document, line, sku, location: to, quantity: decimalOf(quantity), lot, at },
    ]);
  }
  assert.equal(new Set(messages.values()).size, messages.size, 'two documents share a key');
  return books;
}

function decimalOf(micro: bigint): string {
  const digits = String(micro).padStart(7, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`.replace(/\.?0+$/, '');
}

const micro = (quantity: string): bigint => {
  const [whole, fraction = ''] = quantity.split('.');
  return BigInt(whole + fraction.padEnd(6, '0'));
};

/** The lines of a document, in whatever order. */
const bag = (lines: readonly Meant[]): string[] =>
  lines.map((line) => JSON.stringify(line, Object.keys(line).sort())).sort();

function compareBooks(plan: Plan, landed: readonly Landed[], books: Books, tally: Tally): void {
  for (const [key, lines] of books) {
    assert.ok(
      landed.some((one) => mayBook(one, key, lines, plan)),
      `${key} is booked as nobody said: ${JSON.stringify(lines)}\nexpected: ${JSON.stringify(landed.map(({ payload }) => payload.expected.booked.get(key)))}`,
    );
    tally.booked += 1;
  }
  for (const one of landed) {
    const { expected, sound, delimiterOpen } = one.payload;
    if (!sound) tally.damaged += 1;
    if (expected.refused === 'whole' && !expected.torn) {
      assert.ok(one.refused || one.cutShort, 'what cannot be read is refused');
      tally.refused += 1;
    }
    const missing = [...expected.booked.keys()].filter((key) => !books.has(key));
    if (missing.length === 0) continue;
    if (sound && delimiterOpen) continue;
    assert.ok(!sound, `${missing} was written rightly and is not booked: ${one.refused}`);
    const inDoubt = expected.torn || expected.unsure.size > 0 || expected.refused;
    assert.ok(
      inDoubt || one.refused || one.cutShort,
      `${missing} is not booked, and nothing was refused`,
    );
    tally.refusedInDoubt += 1;
  }
}

/** Whether a document may be booked like this by that sending. */
function mayBook(
  { payload, refused, intakes, sending }: Landed,
  key: string,
  lines: readonly Meant[],
  plan: Plan,
): boolean {
  const { expected } = payload;
  // Of a file that was taken in early a part may be booked, though the whole was refused.
  if (refused && intakes.length === 0) return false;
  const said = bag(lines);
  const isSame = (other: readonly Meant[]): boolean => String(bag(other)) === String(said);
  const whole = expected.booked.get(key);
  if (whole && isSame(whole)) return true;
  const early = sending.door === 'folder' && intakes.length > 0 && sending.pauses.length > 0;
  if ((early || expected.refused || expected.torn) && expected.alone.get(key)?.some(isSame))
    return true;
  if (expected.unsure.has('') || expected.unsure.has(lines[0]!.document)) return true;
  if (!expected.torn) return false;
  // Torn or without its document, a row may be missing in it; none is added.
  const rows = bag([...(whole ?? []), ...(expected.alone.get(key)?.flat() ?? [])]);
  return plan.shape === 'group' && said.every((line) => rows.includes(line));
}

function compareReport(landed: Landed, reports: readonly IntakeReport[], tally: Tally): void {
  const { payload, intakes, refused, cutShort } = landed;
  const { expected, sound } = payload;
  tally.grew += Math.max(0, intakes.length - 1);
  if (refused) return;
  const report = reports.find(({ origin }) => origin.intakeId === intakes.at(-1))!;
  tally.parked += report.parked;
  const { records, filtered, messages, booked, exists, parked } = report;
  const told = JSON.stringify(report);
  const isSure = !expected.torn && !expected.refused && expected.unsure.size === 0;
  // Where nobody knows what cuts them, nobody knows how many rows they are.
  if (isSure && !cutShort && !payload.delimiterOpen) {
    assert.equal(records, expected.records, `every record is accounted for: ${told}`);
    assert.equal(filtered, expected.filtered, `what is filtered is counted: ${told}`);
    assert.equal(
      parked > 0,
      expected.parked.size > 0 || booked + exists < expected.booked.size,
      `what is wrong is parked: ${told}`,
    );
    assert.ok(messages >= expected.booked.size, told);
  }
  if (sound) assert.ok(!cutShort, 'a payload that was written rightly is read to its end');
}

/** Each says what, where and why; and those of a sound payload are the bad rows and no others. */
function compareParked(landed: readonly Landed[], parked: readonly ParkedRecord[]): void {
  for (const { faults, record, content, origin } of parked) {
    assert.ok(record > 0 && content !== '' && origin.name !== '');
    assert.ok(faults.length > 0 && faults.every(({ code, message }) => code && message));
  }
  const [only] = landed;
  if (landed.length > 1 || !only || only.refused || only.intakes.length > 1) return;
  if (!only.payload.sound || only.payload.delimiterOpen) return;
  const numbers = parked.flatMap(({ stage, record, content }) => {
    if (stage === 'apply') return [record];
    return (JSON.parse(content) as { record: number }[]).map((one) => one.record);
  });
  const found = numbers.sort((one, other) => one - other);
  const wanted = [...only.payload.expected.parked].sort((one, other) => one - other);
  const isByApply = parked.some(({ stage }) => stage === 'apply');
  if (isByApply)
    assert.ok(
      found.every((number) => wanted.includes(number)),
      `parked: ${found}, expected ${wanted}`,
    );
  else assert.deepEqual(found, wanted, 'each bad record is parked once, and no other');
}

/** By SKU, place and lot: what the documents say together. */
async function compareStock(doors: Doors, books: Books): Promise<void> {
  const sums = new Map<string, bigint>();
  for (const { sku, location, lot, quantity } of [...books.values()].flat()) {
    const key = JSON.stringify([sku, location, lot]);
    sums.set(key, (sums.get(key) ?? 0n) + micro(quantity));
  }
  const stock = await doors.stock();
  const found = stock.map(
    ({ sku, place, lot, onHand }) => [JSON.stringify([sku, place, lot]), onHand] as const,
  );
  assert.deepEqual(new Map(found), sums);
  assert.equal(found.length, sums.size);
}
