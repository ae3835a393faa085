/** Accounts for every record of a payload exactly once, also when it was split into parts. */
import type { FlowRecord, SourceRecord } from '../ports.ts';

interface Parts {
  left: number;
  /** Some part became a message or was parked: the record is accounted for there. */
  accounted: boolean;
}

export class DropTally {
  /** Records of which nothing is left, since the last `takeFiltered`. */
  #filtered = 0;
  /** Parts of those that were split, and elements of lists, that were dropped, since the last `takeDroppedParts`. */
  #droppedParts = 0;
  /** Only records that were split, until all their parts are through. */
  readonly #split = new Map<number, Parts>();

  /** A step gave `count` records for this one: none (dropped) or several (split). */
  replaced(record: FlowRecord, count: number): void {
    const known = this.#split.get(record.record);
    if (known && count === 0) this.#droppedParts += 1;
    const parts = known ?? { left: 1, accounted: false };
    parts.left += count - 1;
    if (parts.left > 0) {
      this.#split.set(record.record, parts);
      return;
    }
    this.#split.delete(record.record);
    if (!parts.accounted) this.#filtered += 1;
  }

  /** The codec passes it over. */
  passOver(): void {
    this.#filtered += 1;
  }

  /** The record is through, as a message or parked. Returns the records that it accounts for. */
  through(record: FlowRecord): number {
    if (record.droppedElements) this.#droppedParts += record.droppedElements;
    if (this.#split.size === 0) return record.members?.length ?? 1;
    const members: readonly { record: number }[] = record.members ?? [record];
    let count = 0;
    for (const member of members) count += this.#throughOne(member.record);
    return count;
  }

  #throughOne(record: number): number {
    const parts = this.#split.get(record);
    if (!parts) return 1;
    const count = parts.accounted ? 0 : 1;
    parts.accounted = true;
    parts.left -= 1;
    if (parts.left === 0) this.#split.delete(record);
    return count;
  }

  takeDroppedParts(): number {
    const dropped = this.#droppedParts;
    this.#droppedParts = 0;
    return dropped;
  }

  takeFiltered(): number {
    const filtered = this.#filtered;
    this.#filtered = 0;
    return filtered;
  }
}

/** Records as they were read, each once: the parts of a split record share theirs. */
export function distinctMembers(members: readonly SourceRecord[]): readonly SourceRecord[] {
  for (let index = 1; index < members.length; index += 1) {
    const [before, member] = [members[index - 1]!, members[index]!];
    if (member.record === before.record && member.file === before.file) {
      const keyed = members.map((one) => [`${one.record} ${one.file}`, one] as const);
      return [...new Map(keyed).values()];
    }
  }
  return members;
}
