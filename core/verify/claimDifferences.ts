import { faultOf, isStockbusError } from '../errors.ts';
import type { InboxRecord, Period, Reservation, ReservationState } from '../ledger.ts';
import { limits } from '../limits.ts';
import { MessageMap } from '../MessageMap.ts';
import { pagesOf } from '../pagesOf.ts';
import type { Books } from '../ports.ts';
import { slicesOf } from '../sideBySide.ts';
import type { Difference } from '../stock/verify/Differences.ts';

/** Answers that change the state of a reservation; after any other it is as before. */
const stateAfter: Readonly<Record<string, ReservationState>> = {
  'create created': 'pending',
  'create insufficient': 'failed',
  'create expired': 'expired',
  'commit committed': 'committed',
  'update committed': 'committed',
  'update voided': 'voided',
  'void voided': 'voided',
  'expire expired': 'expired',
};

type ClaimStore = Pick<Books, 'reservations' | 'period' | 'inbox'>;
type Logged = (Reservation | Period)['log'][number];
type Tell = (message: string) => void;

/**
 * Reservations and the period against their own logs, and those against the inbox, which has each message that
 * they name. Logs are not chained: a state and a log that were both changed, so that one follows from the other,
 * are not told apart from what was booked.
 */
export async function* claimDifferences(store: ClaimStore): AsyncIterable<Difference[]> {
  yield await periodDifferences(store);
  for await (const some of pagesOf((page) => store.reservations({}, page))) {
    yield await reservationDifferences(store, some);
    // A store that answers at once would let nobody else be heard.
    await new Promise(setImmediate);
  }
}

async function periodDifferences(store: ClaimStore): Promise<Difference[]> {
  const { list, tell } = told('period');
  const period = await store.period().catch((error: unknown) => {
    if (isStockbusError(error) && error.code !== 'STORE_CORRUPT') throw error;
    tell(`the period cannot be read: ${faultOf(error).message}`);
  });
  if (!period) return list;
  const { log, closedThrough, version } = period;
  const booked = await messagesOf(store, log);
  const isCut = log.length >= limits.periodLogLines;
  if (version < log.length) {
    tell(`the period has version ${version}, its log has ${log.length} lines`);
  }
  let before = isCut ? undefined : { through: '', recordedAt: '' };
  for (const line of log) {
    const { action, through, recordedAt } = line;
    const said = `${action} through '${through}' recorded at ${recordedAt}`;
    const goesOn = before === undefined || isOther(action, through, before.through);
    if (!goesOn) tell(`${said} does not go on from '${before!.through}'`);
    if (before && recordedAt < before.recordedAt) tell(`${said} follows ${before.recordedAt}`);
    const record = booked.get(line.source, line.messageId);
    if (record?.recordedAt !== recordedAt) tell(`${said}: ${inInbox(line, record)}`);
    before = line;
  }
  const through = log.at(-1)?.through ?? '';
  if (closedThrough !== through) {
    tell(
      `the books are closed through '${closedThrough}', the log of the period gives '${through}'`,
    );
  }
  return list;
}

const isOther = (action: string, through: string, before: string): boolean =>
  action === 'close' ? through > before : through < before;

async function reservationDifferences(
  store: ClaimStore,
  reservations: readonly Reservation[],
): Promise<Difference[]> {
  const { list, tell } = told('reservation');
  const booked = await messagesOf(
    store,
    reservations.flatMap(({ log }) => log),
  );
  for (const reservation of reservations) {
    checkState(reservation, (what) => tell(`${reservation.id} ${what}`));
    for (const line of reservation.log) {
      // What time alone did names no message. A commit may come after the moment of the decision.
      const record = booked.get(line.source, line.messageId);
      const isBooked = line.source === '' || record !== undefined;
      if (!isBooked) tell(`${reservation.id} was answered '${line.result}': ${inInbox(line)}`);
    }
  }
  return list;
}

function checkState({ state, version, lines, log }: Reservation, tell: Tell): void {
  const isCut = log.length > limits.reservationLogLines;
  if (isCut ? version < log.length : version !== log.length) {
    tell(`has version ${version}, its log has ${log.length} lines`);
  }
  let gives: ReservationState | undefined;
  for (const { action, result } of log) gives = stateAfter[`${action} ${result}`] ?? gives;
  // What resolved it may be among the lines that are no longer kept.
  if (state !== gives && !(isCut && gives === 'pending')) {
    tell(`is ${state}, its log gives ${gives ?? 'no state'}`);
  }
  if (lines.length === 0) tell('has no lines');
  for (const { line, quantity, committed } of lines) {
    const most = state === 'failed' ? 0n : quantity;
    if (committed < 0n || committed > most)
      tell(`is ${state}, and of its line ${line} something else is committed`);
  }
}

async function messagesOf(
  store: ClaimStore,
  log: readonly Logged[],
): Promise<MessageMap<InboxRecord>> {
  const booked = new MessageMap<InboxRecord>();
  const named = log.filter(({ source }) => source !== '');
  for (const some of slicesOf(named, limits.pageRows)) {
    const keys = some.map(({ source, messageId }) => ({ source, id: messageId }));
    for (const record of await store.inbox(keys)) booked.set(record.source, record.id, record);
  }
  return booked;
}

const inInbox = ({ source, messageId }: Logged, record?: InboxRecord): string =>
  `${messageId} of ${source} is ${record ? `of ${record.recordedAt}` : 'not'} in the inbox`;

function told(check: Difference['check']): { list: Difference[]; tell: Tell } {
  const list: Difference[] = [];
  return { list, tell: (message) => list.push({ sku: '(all)', check, message }) };
}
