import { compareKeys, keyBy, pageOf, readCursor, shapeOf } from '../../core/cursor.ts';
import {
  type ControlChange,
  type ControlChapter,
  type ControlFilter,
  type ControlRow,
  type ControlState,
  type Fence,
  LEASE,
  type Page,
  type Paged,
} from '../../core/ports.ts';
import { MemoryStages } from '../../core/stages/MemoryStages.ts';

const KEY = ['since', 'id'] as const;

/** What the hub keeps about its own work, in memory, by a clock that a test may set. */
export class MemoryControl extends MemoryStages implements ControlChapter {
  serverNow: () => number = Date.now;
  #control: ControlRow[] = [];

  async control(kind: string, ids: readonly string[]): Promise<ControlRow[]> {
    return this.#control.filter((row) => row.kind === kind && ids.includes(row.id));
  }

  async controlRows(filter: ControlFilter, page: Page): Promise<Paged<ControlRow>> {
    const { kind, state, word, since = '', until } = filter;
    const from = readCursor(page.after, shapeOf(KEY));
    const keyOf = keyBy<ControlRow>(KEY);
    const rows = this.#control
      .filter((row) => row.kind === kind && (state === undefined || row.state === state))
      .filter((row) => row.since >= since && (until === undefined || row.since <= until))
      .filter((row) => word === undefined || row.words.includes(word))
      .filter((row) => !from || compareKeys(keyOf(row), from) > 0)
      .sort((one, other) => compareKeys(keyOf(one), keyOf(other)));
    return pageOf(rows.slice(0, page.limit + 1), page.limit, keyOf);
  }

  async controlStates(kind: string): Promise<ControlState[]> {
    const own = this.#control.filter((row) => row.kind === kind);
    return [...Map.groupBy(own, ({ state }) => state)]
      .map(([state, rows]) => ({
        ...{ state, rows: rows.length },
        since: rows.map(({ since }) => since).sort()[0]!,
      }))
      .sort((one, other) => compareKeys([one.state], [other.state]));
  }

  async dueControl(kind: string, now: string, limit: number): Promise<ControlRow[]> {
    return this.#control
      .filter((row) => row.kind === kind && row.dueAt !== undefined && row.dueAt <= now)
      .sort((one, other) => compareKeys([one.dueAt!, one.id], [other.dueAt!, other.id]))
      .slice(0, limit);
  }

  async changeControl(
    version: string,
    changes: readonly ControlChange[],
    fence?: Fence,
  ): Promise<'done' | 'conflict'> {
    if (fence) {
      const [lease] = await this.control(LEASE, [fence.lease]);
      if (!lease?.words.includes(String(fence.token))) return 'conflict';
    }
    const isOf = (kind: string, id: string) => (row: ControlRow) =>
      row.kind === kind && row.id === id;
    const fits = changes.every(({ kind, id, expected, row }) => {
      const found = this.#control.find(isOf(kind, id))?.version ?? '';
      return found === expected || (!row && expected === '');
    });
    if (!fits) return 'conflict';
    for (const { kind, id, expected, row } of changes) {
      if (expected !== '') this.#control = this.#control.filter((one) => !isOf(kind, id)(one));
      if (row) this.#control.push({ kind, id, version, ...row });
    }
    return 'done';
  }

  async serverTime(): Promise<string> {
    return new Date(this.serverNow()).toISOString();
  }
}
