/**
 * Documents as the properties and the oracle see them: canonical messages with their fields loosely
 * typed, and a line of text for each, so that a counterexample can be read and typed in again.
 */

export interface Line {
  line?: string;
  sku?: string;
  location?: string;
  pool?: string;
  from?: string;
  to?: string;
  quantity?: string;
  unit?: string;
  unitCost?: string;
  amount?: string;
  lot?: string;
  status?: string;
  toStatus?: string;
  referenceLine?: string;
  owner?: string;
  receipt?: string;
  receiptLine?: string;
  valuation?: string;
  standardCost?: string;
  share?: string;
}

export interface DocumentData {
  document?: string;
  at?: string;
  /** When it was, where it counts later. */
  dated?: string;
  reference?: string;
  party?: string;
  reason?: string;
  amount?: string;
  currency?: string;
  rate?: string;
  split?: string;
  additionalCost?: string;
  writeDown?: boolean;
  reservation?: string;
  expiresAt?: string;
  rest?: 'keep';
  through?: string;
  components?: Line[];
  lines?: Line[];
}

export interface Doc {
  type: string;
  data: DocumentData;
  /** When it arrives, RFC 3339; the driver's clock stands there. */
  recordedAt: string;
}

export interface ItemFacts {
  sku: string;
  valuation: string;
  standardCost?: string;
  negative?: 'allow' | 'deny';
  tracking?: 'none' | 'lot' | 'serial';
  weight?: string;
  unit?: string;
  /** Base units in one, by unit. */
  units?: Record<string, string>;
  valued?: boolean;
}

/** Everything that a run needs besides the documents. */
export interface Setting {
  items: ItemFacts[];
  /** Places by cost pool; every other place belongs to `main`. */
  pools: Record<string, string[]>;
  negative: 'allow' | 'deny';
  minorDigits: number;
  closedPeriod: 'refuse' | 'redirect';
  /** IANA zone of the business days; left out, UTC. */
  zone?: string;
}

export interface History {
  setting: Setting;
  docs: Doc[];
}

const verb = (type: string): string => type.replace(/^stock\./, '').replace(/\.v1$/, '');

/** `receive R3 at 2026-01-04 (learnt 2026-03-01T00:00:07): 2.5 X to A @ 10.25`. */
export function describeDoc({ type, data, recordedAt }: Doc): string {
  const parts = [verb(type)];
  const name = data.document ?? data.reservation ?? data.through;
  if (name) parts.push(name);
  if (data.at) parts.push(`at ${shortTime(data.at)}`);
  parts.push(`(learnt ${shortTime(recordedAt)})`);
  for (const field of [
    'party',
    'reference',
    'amount',
    'currency',
    'rate',
    'split',
    'expiresAt',
    'rest',
  ] as const) {
    if (data[field] !== undefined) parts.push(`${field} ${data[field]}`);
  }
  if (data.additionalCost) parts.push(`plus ${data.additionalCost}`);
  const lines = [
    ...(data.components ?? []).map((line) => `uses ${describeLine(line)}`),
    ...(data.lines ?? []).map(describeLine),
  ];
  return lines.length === 0 ? parts.join(' ') : `${parts.join(' ')}: ${lines.join('; ')}`;
}

function describeLine(line: Line): string {
  const parts: string[] = [];
  if (line.receipt) parts.push(`on ${line.receipt}`);
  if (line.receiptLine) parts.push(`line ${line.receiptLine}`);
  if (line.quantity !== undefined) parts.push(line.quantity);
  if (line.unit) parts.push(line.unit);
  if (line.sku) parts.push(line.sku);
  if (line.from) parts.push(`${line.from} -> ${line.to}`);
  if (line.location) parts.push(`at ${line.location}`);
  if (line.pool) parts.push(`in pool ${line.pool}`);
  if (line.lot) parts.push(`lot ${line.lot}`);
  if (line.status) parts.push(line.status);
  if (line.toStatus) parts.push(`becomes ${line.toStatus}`);
  if (line.owner) parts.push(`of ${line.owner}`);
  if (line.unitCost !== undefined) parts.push(`@ ${line.unitCost}`);
  if (line.amount !== undefined) parts.push(`amount ${line.amount}`);
  if (line.valuation) parts.push(`by ${line.valuation}`);
  if (line.standardCost !== undefined) parts.push(`standard ${line.standardCost}`);
  if (line.share) parts.push(`share ${line.share}`);
  return parts.join(' ');
}

const shortTime = (at: string): string => at.replace(/\.000Z$/, '').replace(/T00:00:00$/, '');

export function describeHistory({ setting, docs }: History): string {
  const items = setting.items.map(
    ({ sku, valuation, weight: _, unit: _unit, units: _units, ...facts }) => {
      const more = Object.entries(facts).map(([name, value]) => `, ${name} ${value}`);
      return `${sku} by ${valuation}${more.join('')}`;
    },
  );
  const pools = Object.entries(setting.pools).map(([pool, places]) => `${pool} = ${places}`);
  const rules = `shortages ${setting.negative}, ${setting.minorDigits} decimals, closed: ${setting.closedPeriod}${setting.zone ? `, days of ${setting.zone}` : ''}`;
  return [`${items.join('; ')}. ${pools.join('; ')}. ${rules}`, ...docs.map(describeDoc)].join(
    '\n',
  );
}
