import { compareKeys, keyBy, pageOf, readCursor, shapeOf } from '../cursor.ts';
import { limits } from '../limits.ts';
import { compareUtf8 } from '../order.ts';
import type {
  KeptStage,
  MemberName,
  Page,
  Paged,
  StageChange,
  StageChapter,
  StageCommit,
  StageMember,
  StageOut,
  StageRow,
} from '../ports.ts';

const KEY = ['stage', 'key'] as const;

/** What stages wait with, in memory: for flow tests, where nothing is kept. */
export class MemoryStages implements StageChapter {
  #rows: StageRow[] = [];
  #outs: (StageOut & { stage: string })[] = [];
  readonly #known = new Set<string>();
  /** By stage and key, each by its id. */
  readonly #members = new Map<string, Map<string, StageMember>>();

  async stageRows(stage: string, keys: readonly string[]): Promise<StageRow[]> {
    const wanted = new Set(keys);
    return this.#rows.filter((row) => row.stage === stage && wanted.has(row.key));
  }

  async knownMembers(stage: string, names: readonly MemberName[]): Promise<MemberName[]> {
    return names.filter(({ key, id }) => this.#membersOf(stage, key).has(id));
  }

  async stageMembers(
    stage: string,
    keys: readonly string[],
  ): Promise<(MemberName & { body: string })[]> {
    return keys.flatMap((key) => {
      const members = [...this.#membersOf(stage, key).values()];
      members.sort((one, other) => one.number - other.number);
      return members.flatMap(({ id, body }) => (body === undefined ? [] : [{ key, id, body }]));
    });
  }

  async dueStageRows(stage: string, now: string, limit: number): Promise<StageRow[]> {
    const isDue = (row: StageRow): boolean =>
      row.stage === stage && row.dueAt !== undefined && row.dueAt <= now;
    const due = this.#rows.filter(isDue);
    return due
      .sort((one, other) => compareKeys([one.dueAt!, one.key], [other.dueAt!, other.key]))
      .slice(0, limit);
  }

  async commitStage({
    id,
    stage,
    rows,
    outs,
    gone = [],
  }: StageCommit): Promise<'committed' | 'conflict'> {
    const own = this.#outs.filter((out) => out.stage === stage).map((out) => out.id);
    if (!gone.every((one) => own.includes(one))) return 'conflict';
    const isOf = (key: string) => (row: StageRow) => row.stage === stage && row.key === key;
    const fits = rows.every(({ key, expected, row }) => {
      const found = this.#rows.find(isOf(key))?.version ?? '';
      return found === expected || (!row && expected === '');
    });
    if (!fits) return 'conflict';
    for (const change of rows) {
      const { key, expected, row } = change;
      if (expected !== '') this.#rows = this.#rows.filter((one) => !isOf(key)(one));
      if (row) this.#rows.push({ stage, key, version: id, ...row });
      this.#changeMembers(stage, change);
    }
    this.#outs.push(...outs.map((out) => ({ stage, ...out })));
    await this.outsSent(stage, gone);
    return 'committed';
  }

  #changeMembers(stage: string, change: StageChange): void {
    const { key, row, clears, drops = [], left, adds = [], forgets = '' } = change;
    const members = this.#membersOf(stage, key);
    if (!row || clears) members.clear();
    for (const id of drops) members.delete(id);
    for (const id of left?.ids ?? []) {
      const member = members.get(id);
      if (member) members.set(id, { id, number: member.number, forgetAt: left!.forgetAt });
    }
    for (const member of adds) members.set(member.id, member);
    for (const { id, forgetAt } of members.values()) {
      if (forgetAt !== undefined && forgetAt <= forgets) members.delete(id);
    }
    const name = JSON.stringify([stage, key]);
    if (members.size > 0) this.#members.set(name, members);
    else this.#members.delete(name);
  }

  #membersOf(stage: string, key: string): Map<string, StageMember> {
    return this.#members.get(JSON.stringify([stage, key])) ?? new Map();
  }

  async stageOuts(stage: string, limit: number, after = ''): Promise<StageOut[]> {
    const own = this.#outs.filter((out) => out.stage === stage && compareUtf8(out.id, after) > 0);
    own.sort((one, other) => compareUtf8(one.id, other.id));
    let characters = 0;
    const end = own.findIndex(({ body }) => {
      characters += body.length;
      return characters >= limits.stageRoundBytes;
    });
    const most = end < 0 ? limit : Math.min(limit, end + 1);
    return own.slice(0, most).map(({ id, body }) => ({ id, body }));
  }

  async outsSent(stage: string, ids: readonly string[]): Promise<void> {
    this.#outs = this.#outs.filter((out) => out.stage !== stage || !ids.includes(out.id));
  }

  async knowStages(stages: readonly string[]): Promise<void> {
    for (const stage of stages) this.#known.add(stage);
  }

  async forgetStage(stage: string): Promise<void> {
    this.#known.delete(stage);
  }

  async stages(): Promise<KeptStage[]> {
    const waiting = this.#rows.filter((row) => row.waiting > 0);
    const lying = [...waiting, ...this.#outs].map(({ stage }) => stage);
    return [...new Set([...this.#known, ...lying])].sort(compareUtf8).map((stage) => {
      const own = waiting.filter((row) => row.stage === stage);
      const [since] = own.map((row) => row.since).sort();
      return {
        ...{ stage, waiting: own.reduce((sum, row) => sum + row.waiting, 0) },
        ...(since === undefined ? {} : { since }),
        outs: this.#outs.filter((out) => out.stage === stage).length,
      };
    });
  }

  async staged({ stage }: { stage?: string }, { after, limit }: Page): Promise<Paged<StageRow>> {
    const from = readCursor(after, shapeOf(KEY));
    const keyOf = keyBy<StageRow>(KEY);
    const rows = this.#rows
      .filter((row) => stage === undefined || row.stage === stage)
      .filter((row) => !from || compareKeys(keyOf(row), from) > 0)
      .sort((one, other) => compareKeys(keyOf(one), keyOf(other)));
    return pageOf(rows.slice(0, limit + 1), limit, keyOf);
  }
}
