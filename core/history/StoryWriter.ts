import { formatDecimal, formatFixed } from '../decimal.ts';
import { formatFault, formatPlace } from '../errors.ts';
import type { RefusedContent } from '../intake/parkRefused.ts';
import type { InboxRecord, LedgerEntry } from '../ledger.ts';
import type { LogLine } from '../logLine.ts';
import type { IntakeReport } from '../message.ts';
import type { Case } from '../parked/Cases.ts';
import type {
  AcceptedPayload,
  DeadRecord,
  DeliveryNote,
  KeptParked,
  Snapshot,
  StageRow,
} from '../ports.ts';
import { timeOfId } from '../runtime.ts';
import type { StockPolicy } from '../stock/policy.ts';
import type { Relayed } from './RelayedFinder.ts';
import type { SnapshotBody } from './snapshotOf.ts';
import { snapshotWords } from './snapshotOf.ts';
import type { StoryLines } from './story.ts';

/** What happened, in words and as facts. */
export class StoryWriter {
  readonly #lines: StoryLines;
  readonly #policy: Pick<StockPolicy, 'currency' | 'minorDigits'>;
  /** How many entries it told. */
  entries = 0;

  constructor(lines: StoryLines, policy: StockPolicy) {
    this.#lines = lines;
    this.#policy = policy;
  }

  /** One of the two is there. */
  payload(
    accepted: AcceptedPayload | undefined,
    report: IntakeReport | undefined,
    startedMs: number | undefined,
  ): void {
    const { intakeId, flow, name } = accepted ?? report!.origin;
    const started = startedMs === undefined ? undefined : new Date(startedMs).toISOString();
    const at = started ?? accepted?.at ?? report!.firstAt;
    const counts = accepted
      ? `: ${count(accepted.records, 'record')}, ${count(accepted.messages, 'message')}, ${accepted.parked} parked`
      : '';
    const { digest, traceparent } = accepted ?? {};
    this.#lines.add('came', intakeId, at, `${name} came in by the flow ${flow}${counts}`, {
      ...{ intakeId, flow, name },
      ...(accepted ? { acceptedAt: accepted.at, records: accepted.records } : {}),
      ...(digest ? { digest } : {}),
      ...(traceparent ? { traceparent } : {}),
    });
    if (report) this.#applied(report);
    else if (accepted && accepted.messages + accepted.parked > 0) {
      const text = `${name} is accepted, and nothing of it is booked yet`;
      this.#lines.add('waits', intakeId, accepted.at, text, { for: 'booking', intakeId });
    }
  }

  #applied(report: IntakeReport): void {
    const { origin, booked, exists, parked, done, batches, appliedBatches, lastAt } = report;
    const answered = Object.entries(report.answers).map(([code, many]) => `${many} ${code}`);
    const said = [
      ...[`${booked} booked`, exists > 0 ? `${exists} booked before` : ''],
      ...[parked > 0 ? `${parked} parked` : '', ...answered],
    ].filter((part) => part !== '');
    const rest = done ? '' : `; ${appliedBatches} of ${batches ?? 'its'} batches so far`;
    const text = `${origin.name}: ${said.join(', ')}${rest}`;
    this.#lines.add('applied', origin.intakeId, lastAt, text, {
      ...{ intakeId: origin.intakeId, booked, exists, parked, answers: report.answers, done },
    });
  }

  message({ source, id, contenthash, intakeId, recordedAt }: InboxRecord): void {
    const facts = { source, messageId: id, contenthash, intakeId };
    this.#lines.add('answered', `${source} ${id}`, recordedAt, `message ${id} was booked`, facts);
  }

  entry(entry: LedgerEntry): void {
    this.entries += 1;
    const { sku, seq, kind, from, to, document, line, lot, source, messageId, recordedAt } = entry;
    const quantity = formatDecimal(entry.quantity);
    const value = formatFixed(entry.value, this.#policy.minorDigits);
    const { currency } = this.#policy;
    const what = `${kind} ${document}${line === '' ? '' : ` line ${line}`}`;
    const ofLot = lot === '' ? '' : ` (lot ${lot})`;
    const text = `${what}: ${quantity} of ${sku}${ofLot} from ${from} to ${to}, ${value} ${currency}, entry ${sku}#${seq}`;
    this.#lines.add('booked', `${sku}#${seq}`, recordedAt, text, {
      ...{ sku, seq, kind, from, to, quantity, value, currency, lot, document, line },
      ...{ businessTime: entry.at, reference: entry.reference, partner: entry.partner },
      ...{ source, messageId, actor: entry.actor, reason: entry.reason },
    });
  }

  /** Messages that it names. */
  logged({ about, name, version, body }: LogLine): [source: string, id: string][] {
    const said = JSON.parse(body) as Logged;
    const { recordedAt } = said;
    if (about === 'order') {
      const lines = (said.lines ?? []).map(
        ({ line, sku, quantity, place }) =>
          `line ${line}: ${formatDecimal(BigInt(quantity))} of ${sku} at ${place}`,
      );
      const text = `order ${name} is open for ${lines.join('; ') || 'nothing'}`;
      this.#lines.add('ordered', `${name} ${version}`, recordedAt, text, {
        ...{ order: name, version },
        lines: (said.lines ?? []).map((line) => ({
          ...{ line: line.line, sku: line.sku, location: line.place, due: line.due },
          quantity: formatDecimal(BigInt(line.quantity)),
        })),
      });
      return [];
    }
    const messages: [string, string][] = [];
    for (const [index, one] of (said.log ?? []).entries()) {
      const { action, result, source, messageId, actor } = one;
      const text = `reservation ${name}: ${action} was answered ${result}${one.reason ? ` (${one.reason})` : ''}`;
      const facts = {
        reservation: name,
        action,
        result,
        state: said.state,
        source,
        messageId,
        actor,
      };
      this.#lines.add('answered', `${name} ${version} ${index}`, one.recordedAt, text, facts);
      if (messageId) messages.push([source, messageId]);
    }
    return messages;
  }

  parked(record: KeptParked, isSettled: boolean): void {
    const { id, origin, stage, faults, messageId, source, parkedAt } = record;
    const [first] = faults;
    const place = first ? formatPlace(first.at) : '';
    const why = first ? formatFault({ ...first, at: {} }) : '';
    const { place: lies } =
      stage === 'payload' ? (JSON.parse(record.content) as RefusedContent) : {};
    const since = `${lies ? `; it lies in ${lies}` : ''}${isSettled ? '; booked since' : ''}`;
    const what =
      stage === 'payload'
        ? `${origin.name} as a whole`
        : `record ${record.record} of ${origin.name}`;
    const text = `${what} is parked under ${id}: ${why}${place ? ` (${place})` : ''}${since}`;
    this.#lines.add('parked', id, parkedAt, text, {
      ...{ parkedId: id, stage, record: record.record, ...origin, settled: isSettled },
      ...{ source, messageId, faults },
    });
  }

  /** What people and the hub did about something that is parked or dead. */
  handled({ id, of, log }: Case): void {
    for (const [index, { at, by, did, to, reason, changes, intakeId }] of log.entries()) {
      const whom = to === undefined ? '' : ` to ${to}`;
      const fields = changes?.map(({ path }) => path).join(', ');
      const what = `${did}${whom}${fields ? ` (${fields})` : ''}${reason ? `: ${reason}` : ''}`;
      const text = `${of === 'dead' ? 'dead letter' : 'parked record'} ${id} was ${what}, by ${by}`;
      const named = of === 'dead' ? { deadId: id } : { parkedId: id };
      const facts = { id, of, ...named, by, did, to, reason, changes, intakeId };
      this.#lines.add('handled', `${id} ${index}`, at, text, facts);
    }
  }

  dead({ id, queue, messageId, code, reason, deadAt, records }: DeadRecord): void {
    const text = `message ${messageId} ended among the dead letters of ${queue} as ${id}: ${reason}`;
    const facts = { deadId: id, queue, message: messageId, code, reason, records };
    this.#lines.add('dead', id, deadAt, text, facts);
  }

  waits({ stage, key, since, dueAt, waiting }: StageRow): void {
    const until = dueAt === undefined ? '' : `, until ${dueAt} at the latest`;
    const text = `${count(waiting, 'record')} under ${key} ${waiting === 1 ? 'waits' : 'wait'} in ${stage}${until}`;
    const facts = {
      for: 'stage',
      stage,
      key,
      records: waiting,
      ...(dueAt === undefined ? {} : { dueAt }),
    };
    this.#lines.add('waits', `${stage} ${key}`, since, text, facts);
  }

  published(relayed: Relayed, entries: readonly LedgerEntry[]): void {
    const { group, number, count: events, id, topic } = relayed;
    const last = number + events - 1;
    const numbers = events === 1 ? `event ${number}` : `events ${number} to ${last}`;
    const told = entries.map(({ sku, seq }) => `${sku}#${seq}`);
    const shown = told.length > SHOWN ? `${told.slice(0, SHOWN).join(', ')}, …` : told.join(', ');
    const text = `${topic} of ${shown} went to subscribers in message ${id} (${numbers} of group ${group})`;
    this.#lines.add('published', `${group} ${number}`, entries[0]!.recordedAt, text, {
      ...{ message: id, topic, group, number, events, entries: told },
    });
  }

  call(note: DeliveryNote): void {
    const { at, sink, message, call, records, attempt, ms, code, answer } = note;
    const how = `${attempt === 1 ? '' : `attempt ${attempt}, `}${ms} ms`;
    const text =
      code === ''
        ? `${sink} took ${count(records, 'record')} of message ${message} (${how})${answer ? `: ${answer}` : ''}`
        : `${sink} did not take message ${message} (${how}): ${answer.includes(code) ? answer : `${code} ${answer}`}`;
    const facts = {
      sink,
      message,
      call,
      records,
      attempt,
      ms,
      ...(code ? { code } : {}),
      ...(code || answer ? { answer } : {}),
    };
    const id = `${call} ${sink} ${attempt} ${at}`;
    this.#lines.add(code === '' ? 'delivered' : 'failed', id, at, text, facts);
  }

  /** Where it stood between steps: when its payload came. */
  snapshot({ intakeId, name, record, at: written, body }: Snapshot): void {
    const cameMs = timeOfId(intakeId);
    const at = cameMs === undefined ? written : new Date(cameMs).toISOString();
    const { why, steps } = JSON.parse(body) as SnapshotBody;
    const text = `record ${record} of ${name} on its way: ${snapshotWords(steps)}`;
    const facts = { intakeId, record, why, steps };
    this.#lines.add('snapshot', `${intakeId} ${record}`, at, text, facts);
  }
}

/** Entries that a line names; facts have all. */
const SHOWN = 5;

const count = (many: number, one: string): string => `${many} ${one}${many === 1 ? '' : 's'}`;

/** Of a line of a log of an order or a reservation (core/logOf.ts). */
interface Logged {
  recordedAt: string;
  state?: string;
  lines?: { line: string; sku: string; place: string; quantity: string; due?: string }[];
  log?: {
    action: string;
    result: string;
    source: string;
    messageId: string;
    actor: string;
    recordedAt: string;
    reason?: string;
  }[];
}
