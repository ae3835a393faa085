import fc from 'fast-check';

interface Mutation {
  kind: 'drop' | 'double' | 'insert' | 'replace' | 'cut';
  at: number;
  length: number;
  piece: string;
}

const mutation = (pieces: readonly string[]): fc.Arbitrary<Mutation> =>
  fc.record({
    kind: fc.constantFrom('drop', 'double', 'insert', 'replace', 'cut'),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(8),
    piece: fc.constantFrom(...pieces),
  });

/** The text with a few places changed, in ways that matter to the format. */
export const mutated = (
  texts: fc.Arbitrary<string>,
  pieces: readonly string[],
): fc.Arbitrary<string> =>
  fc.tuple(texts, fc.array(mutation(pieces), { maxLength: 4 })).map(([text, mutations]) => {
    let changed = text;
    for (const { kind, at, length, piece } of mutations) {
      const start = Math.floor(at * changed.length);
      const [before, part, after] = [
        changed.slice(0, start),
        changed.slice(start, start + length),
        changed.slice(start + length),
      ];
      if (kind === 'drop') changed = before + after;
      else if (kind === 'double') changed = before + part + part + after;
      else if (kind === 'insert') changed = before + piece + part + after;
      else if (kind === 'replace') changed = before + piece + after;
      else changed = before + part;
    }
    return changed.isWellFormed() ? changed : changed.toWellFormed();
  });
