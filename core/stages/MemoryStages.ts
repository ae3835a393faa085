import { compareKeys, keyBy, pageOf, readCursor, shapeOf } from '../cursor.ts';
import { compareUtf8 } from '../order.ts';
import type { Page, Paged, StageChapter, StageCommit, StageOut, StageRow } from '../ports.ts';

const KEY = ['stage', 'key'] as const;

/** What stages wait with, in memory: for flow tests, where nothing is kept. */
export class MemoryStages implements StageChapter {
  #rows: StageRow[] = [];
  #outs: (StageOut & { stage: string })[] = [];

  async stageRows(stage: string, keys: readonly string[]): Promise<StageRow[]> {
    const wanted = new Set(keys);
    return this.#rows.filter((row) => row.stage === stage && wanted.has(row.key));
  }

  async dueStageRows(stage: string, now: string, limit: number): Promise<StageRow[]> {
    const isDue = (row: StageRow): boolean =>
      row.stage === stage && row.dueAt !== undefined && row.dueAt <= now;
    const due = this.#rows.filter(isDue);
    return due
      .sort((one, other) => compareKeys([one.dueAt!, one.key], [other.dueAt!, other.key]))
      .slice(0, limit);
  }

  async commitStage({ id, stage, rows, outs }: StageCommit): Promise<'committed' | 'conflict'> {
    const isOf = (key: string) => (row: StageRow) => row.stage === stage && row.key === key;
    const fits = rows.every(({ key, expected, row }) => {
      const found = this.#rows.find(isOf(key))?.version ?? '';
      return found === expected || (!row && expected === '');
    });
    if (!fits) return 'conflict';
    for (const { key, expected, row } of rows) {
      if (expected !== '') this.#rows = this.#rows.filter((one) => !isOf(key)(one));
      if (row) this.#rows.push({ stage, key, version: id, ...row });
    }
    this.#outs.push(...outs.map((out) => ({ stage, ...out })));
    return 'committed';
  }

  async stageOuts(stage: string, limit: number): Promise<StageOut[]> {
    const own = this.#outs.filter((out) => out.stage === stage);
    own.sort((one, other) => compareUtf8(one.id, other.id));
    return own.slice(0, limit).map(({ id, body }) => ({ id, body }));
  }

  async outsSent(stage: string, ids: readonly string[]): Promise<void> {
    this.#outs = this.#outs.filter((out) => out.stage !== stage || !ids.includes(out.id));
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
