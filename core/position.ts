/**
 * Where something stands in business time: by its time, at one instant by the rank of its document (`rankOf`),
 * then as it came; `part` tells several of one apart.
 */
export interface Position {
  at: string;
  rank: string;
  seq: number;
  part?: number;
}

export function byPosition(one: Position, other: Position): number {
  if (one.at !== other.at) return one.at < other.at ? -1 : 1;
  if (one.rank !== other.rank) return one.rank < other.rank ? -1 : 1;
  return one.seq - other.seq || (one.part ?? 0) - (other.part ?? 0);
}

export const isBefore = (one: Position, other: Position): boolean => byPosition(one, other) < 0;
