/** The books that reservations need, in memory, with a clock that is set by hand. */
import { formatDecimal, parseDecimal } from '../../../core/decimal.ts';
import { StockbusError } from '../../../core/errors.ts';
import type {
  Balance,
  CostPool,
  NegativePolicy,
  Reservation,
  ReservationLine,
  Status,
} from '../../../core/ledger.ts';
import type { MessageData } from '../../../core/message.ts';
import { refuseOverflow } from '../../../core/stock/refusal.ts';
import { freeToTake } from '../../../core/stock/reservations/available.ts';
import type {
  ReservationAnswer,
  ReservationCommand,
} from '../../../core/stock/reservations/contract.ts';
import { asOfNow, isDue } from '../../../core/stock/reservations/release.ts';
import type { ReservationBooks } from '../../../core/stock/reservations/reservationBooks.ts';
import { decideReservation } from '../../../core/stock/reservations.ts';

type ReservedIssue = Parameters<ReservationBooks['issue']>[0];

export interface Setting {
  negative?: NegativePolicy;
  pools?: Record<string, string[]>;
  /** Units of every SKU besides the base unit. */
  units?: Record<string, bigint>;
}

export const micro = (text: string): bigint => {
  const value = parseDecimal(text);
  if (typeof value !== 'bigint') throw new Error(`${text}: ${value}`);
  return value;
};

const copyOf = <T>(map: ReadonlyMap<string, T & object>): Map<string, T> =>
  new Map([...map].map(([key, value]) => [key, { ...value }]));

export class ReservationsBook implements ReservationBooks {
  readonly #setting: Required<Setting>;
  #reservations = new Map<string, Reservation>();
  #balances = new Map<string, Balance>();
  #pools = new Map<string, CostPool>();
  issued: ReservedIssue[] = [];
  /** Milliseconds since 1970. */
  now = Date.UTC(2026, 0, 1);
  readonly expired: ReservationAnswer[] = [];
  #messages = 0;

  constructor(setting: Setting = {}) {
    const none = { negative: 'deny' as const, pools: {}, units: {} };
    this.#setting = { ...none, ...setting };
  }

  // --- what a test does -------------------------------------------------------------------------

  get time(): string {
    return new Date(this.now).toISOString();
  }

  wait(seconds: number): void {
    this.now += seconds * 1000;
  }

  /** Stock that comes, or goes where the quantity is negative, whoever holds it. */
  put(quantity: string, place = 'A', lot = '', expiresOn = '', sku = 'X'): void {
    const balance = this.balance(sku, place, lot, 'available', '');
    balance.onHand += micro(quantity);
    balance.expiresOn = expiresOn;
  }

  /** Every answer to one message; one that is refused leaves no trace. */
  answers<Type extends ReservationCommand['type']>(
    type: Type,
    data: MessageData[Type],
  ): ReservationAnswer[] {
    this.#messages += 1;
    this.expired.length = 0;
    let own: ReservationAnswer[] = [];
    const error = this.attempt(() => {
      own = [decideReservation(this, { type, data } as ReservationCommand)];
    });
    if (error) throw error;
    return [...this.expired, ...own];
  }

  /** The answer to one message. */
  ask<Type extends ReservationCommand['type']>(
    type: Type,
    data: MessageData[Type],
  ): ReservationAnswer {
    return this.answers(type, data).at(-1)!;
  }

  create(
    reservation: string,
    quantity: string,
    more: Partial<MessageData['reservation.create.v1']> = {},
  ): string {
    const lines = [{ sku: 'X', location: 'A', quantity }];
    const at = '2026-01-01T00:00:00.000Z';
    return this.ask('reservation.create.v1', { reservation, at, lines, ...more }).result;
  }

  commit(reservation: string, more: Partial<MessageData['reservation.commit.v1']> = {}): string {
    return this.ask('reservation.commit.v1', { reservation, ...more }).result;
  }

  update(reservation: string, more: Partial<MessageData['reservation.update.v1']> = {}): string {
    return this.ask('reservation.update.v1', { reservation, ...more }).result;
  }

  void(reservation: string): string {
    return this.ask('reservation.void.v1', { reservation }).result;
  }

  /** What the sweep does, when it comes by. */
  sweep(): string[] {
    const due = this.reservations.filter((reservation) => isDue(reservation, this.time));
    for (const { id } of due) asOfNow(this, id);
    return due.map(({ id }) => id);
  }

  /** An issue without a reservation, by the rule that it leaves what is held. */
  take(quantity: string, place = 'A', lot = ''): boolean {
    const free = freeToTake(this, { sku: 'X', place, lot, leavesPool: true });
    if (free < micro(quantity)) return false;
    const facts = { document: 'SO', line: '1', partner: '', reference: '', at: this.time };
    this.issue({ ...facts, sku: 'X', place, lot, quantity: micro(quantity) });
    return true;
  }

  // --- what a test sees -------------------------------------------------------------------------

  get reservations(): Reservation[] {
    return [...this.#reservations.values()];
  }

  get balances(): Balance[] {
    return [...this.#balances.values()];
  }

  get pools(): CostPool[] {
    return [...this.#pools.values()];
  }

  /** Reserved in all places and pools. */
  get reserved(): string {
    const all = [...this.#balances.values(), ...this.#pools.values()];
    return formatDecimal(all.reduce((sum, { reserved }) => sum + reserved, 0n));
  }

  onHand(place = 'A', lot = '', sku = 'X'): string {
    return formatDecimal(this.balance(sku, place, lot, 'available', '').onHand);
  }

  /** `place[/lot] quantity` of each issue. */
  get issues(): string[] {
    return this.issued.map(
      ({ place, lot, quantity }) => `${place}${lot && `/${lot}`} ${formatDecimal(quantity)}`,
    );
  }

  // --- ReservationBooks -------------------------------------------------------------------------

  reservation(id: string): Reservation | undefined {
    return this.#reservations.get(id);
  }

  pendingOf(sku: string): Reservation[] {
    return this.reservations.filter(
      ({ state, lines }) => state === 'pending' && lines.some((line) => line.sku === sku),
    );
  }

  changeReservation(reservation: Reservation): void {
    const before = this.#reservations.get(reservation.id)?.version ?? 0;
    if (reservation.version !== before + 1) throw new Error(`version ${before} was skipped`);
    this.#reservations.set(reservation.id, reservation);
  }

  balance(
    sku: string,
    place: string,
    lot: string,
    status: Status = 'available',
    owner = '',
  ): Balance {
    const key = [sku, place, lot, status, owner].join('/');
    let balance = this.#balances.get(key);
    if (!balance) {
      const none = { onHand: 0n, reserved: 0n, expiresOn: '', since: '', version: 0 };
      balance = { sku, place, lot, status, owner, ...none };
      this.#balances.set(key, balance);
    }
    return balance;
  }

  balancesAt(sku: string, place: string): Balance[] {
    return this.balances.filter((balance) => balance.sku === sku && balance.place === place);
  }

  balancesIn(sku: string, pool: string): Balance[] {
    return this.balances.filter(
      (balance) => balance.sku === sku && this.poolOf(balance.place) === pool,
    );
  }

  hold({ sku, place, pool, lot }: ReservationLine, by: bigint): void {
    const of = place === '' ? this.pool(sku, pool) : this.balance(sku, place, lot);
    refuseOverflow(of.reserved + by);
    of.reserved += by;
    if (of.reserved < 0n) throw new Error(`${place || pool} has less than nothing reserved`);
  }

  reservedIn(sku: string, pool: string): bigint {
    return this.pool(sku, pool).reserved;
  }

  pool(sku: string, pool: string): CostPool {
    const key = `${sku}/${pool}`;
    const known = this.#pools.get(key);
    if (known) return known;
    const made = { pool, quantity: 0n, value: 0n, lastCost: 0n, reserved: 0n };
    this.#pools.set(key, made);
    return made;
  }

  get cause(): ReservationBooks['cause'] {
    const messageId = `m${this.#messages}`;
    return { source: '/test', messageId, actor: 'flow:test', recordedAt: this.time };
  }

  readonly reliedOn: string[] = [];

  rely(sku: string): void {
    this.reliedOn.push(sku);
  }

  get today(): string {
    return this.time.slice(0, 10);
  }

  poolOf(place: string): string {
    const pools = Object.entries(this.#setting.pools);
    return pools.find(([, places]) => places.includes(place))?.[0] ?? 'main';
  }

  placesOf(pool: string): readonly string[] | undefined {
    return this.#setting.pools[pool] ?? (pool === 'main' ? [] : undefined);
  }

  mayBackorder(): boolean {
    return this.#setting.negative === 'allow';
  }

  negative(): NegativePolicy {
    return this.#setting.negative;
  }

  toBaseUnits(_sku: string, quantity: string, unit: string | undefined): bigint {
    const factor = unit === undefined ? 1n : this.#setting.units[unit];
    if (factor === undefined)
      throw new StockbusError('UNIT_MISMATCH', `there is no unit ${unit}`, { field: 'unit' });
    return micro(quantity) * factor;
  }

  issue(issue: ReservedIssue): void {
    let rest = issue.quantity;
    for (const [balance, most] of this.#lotsFor(issue)) {
      const part = most < rest ? most : rest;
      if (part <= 0n) continue;
      balance.onHand -= part;
      rest -= part;
      this.issued.push({ ...issue, lot: balance.lot, quantity: part });
    }
    if (rest === 0n) return;
    const { sku, place, lot } = issue;
    if (this.negative() === 'deny')
      throw new StockbusError('STOCK_INSUFFICIENT', `${sku} at ${place} is short`);
    this.balance(sku, place, lot, 'available', '').onHand -= rest;
    this.issued.push({ ...issue, quantity: rest });
  }

  /** First what is not held by lot, the lot that expires first before the others. */
  #lotsFor({ sku, place, lot }: ReservedIssue): [Balance, bigint][] {
    const day = this.time.slice(0, 10);
    const lots = this.balancesAt(sku, place)
      .filter((each) => (lot === '' ? !each.expiresOn || each.expiresOn >= day : each.lot === lot))
      .sort((a, b) => ((a.expiresOn || '9') < (b.expiresOn || '9') ? -1 : 1));
    const free = lots.map((each): [Balance, bigint] => [
      each,
      each.lot === '' || lot !== '' ? each.onHand : each.onHand - each.reserved,
    ]);
    const held = lots.map((each): [Balance, bigint] => [each, each.reserved]);
    return lot === '' ? [...free, ...held.filter(([each]) => each.lot !== '')] : free;
  }

  attempt(work: () => void): StockbusError | undefined {
    const saved = {
      reservations: new Map(this.#reservations),
      balances: copyOf(this.#balances),
      pools: copyOf(this.#pools),
      issued: [...this.issued],
    };
    try {
      work();
      return undefined;
    } catch (error) {
      this.#reservations = saved.reservations;
      this.#balances = saved.balances;
      this.#pools = saved.pools;
      this.issued = saved.issued;
      if (error instanceof StockbusError) return error;
      throw error;
    }
  }
}
