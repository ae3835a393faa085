/** Where records of a payload wait that has just been taken in, for what, and until when. */
import type { FlowStage, InboundFlow } from '../flow/compiledFlow.ts';
import type { StagedRecord, Store } from '../ports.ts';
import { memberFrom } from '../stages/leavingBatch.ts';
import { plural } from './plural.ts';

/** A record that waits, and under what. */
interface Waiting {
  stage: FlowStage;
  key: string;
  until: string | undefined;
  record: StagedRecord;
}

/** Lines for as many rows. */
const SHOWN = 5;

/** Rows of one stage that are read at once. */
const AT_ONCE = 50;

/** Records of one stage that are looked through: many rows wait for other payloads. */
const MOST = 2_000;

export async function waitingLines(
  store: Pick<Store, 'staged' | 'stageMembers'>,
  { stages }: InboundFlow,
  intakeId: string,
): Promise<string[]> {
  const lines: string[] = [];
  for (const stage of stages) {
    const all = await recordsIn(store, stage);
    const own = all.filter(({ record }) => record.origin.intakeId === intakeId);
    const rows = [...Map.groupBy(own, ({ key }) => key).values()];
    lines.push(...rows.slice(0, SHOWN).map(rowLine), ...twinLines(own, all));
    if (rows.length > SHOWN) lines.push(`  … and under ${rows.length - SHOWN} more`);
  }
  const names = stages.map(({ name }) => name).join(', ');
  const command = stages.length === 1 ? `stockbus waiting --stage ${names}` : 'stockbus waiting';
  return lines.length > 0 ? [...lines, `All that waits in ${names}: ${command}`] : lines;
}

async function recordsIn(
  store: Pick<Store, 'staged' | 'stageMembers'>,
  stage: FlowStage,
): Promise<Waiting[]> {
  const all: Waiting[] = [];
  let after: string | undefined;
  do {
    const page = { limit: AT_ONCE, ...(after === undefined ? {} : { after }) };
    const { rows, next } = await store.staged({ stage: stage.name }, page);
    const due = new Map(rows.map(({ key, dueAt }) => [key, dueAt]));
    const members = await store.stageMembers(stage.name, [...due.keys()]);
    for (const { key, body } of members) {
      const { record, until } = recordIn(memberFrom(body, `what ${stage.name} keeps`));
      if (record) all.push({ stage, key, until: until ?? due.get(key), record });
    }
    after = next;
  } while (after !== undefined && all.length < MOST);
  return all;
}

/** A member is a record, or has it beside the time until which it waits; or it is what was awaited. */
function recordIn(member: unknown): { record?: StagedRecord; until?: string } {
  const { record, until, origin } = member as Record<string, unknown>;
  if (origin) return { record: member as StagedRecord };
  return record && typeof record === 'object'
    ? { record: record as StagedRecord, until: until as string }
    : {};
}

function rowLine(waiting: readonly Waiting[]): string {
  const [{ stage, key, until }] = waiting as [Waiting];
  const under = stage.isKeyed ? ` under '${key}'` : '';
  const flows = stage.awaits?.flows.join(' and ');
  const what = flows === undefined ? '' : ` for what ${flows} makes`;
  const end = until === undefined ? '' : `, until ${until} at the latest`;
  return `  ${plural(waiting.length, 'record waits', 'records wait')} in ${stage.name}${under}${what}${end}`;
}

/** The same file was taken in before, and waits still. */
function twinLines(own: readonly Waiting[], all: readonly Waiting[]): string[] {
  const others = new Map<string, Waiting>();
  for (const one of all) if (!own.includes(one)) others.set(sameness(one), one);
  const twins = own.flatMap((one) => others.get(sameness(one)) ?? []);
  const [first] = twins;
  if (!first) return [];
  const { origin, at } = first.record;
  const isGathered = first.stage.isKeyed && !first.stage.awaits;
  const becomes = isGathered
    ? 'both count, unless `member` says that they are one'
    : 'what has one key is booked once';
  const they = plural(twins.length, 'of them waits', 'of them wait');
  return [`  ${they} there already, from ${origin.name} at ${at}: ${becomes}`];
}

const sameness = ({ key, stage, record: { source } }: Waiting): string =>
  JSON.stringify([stage.isKeyed ? key : '', source]);
