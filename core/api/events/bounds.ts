/** What live events may cost. */
export const streamBounds = {
  /** How often the store is asked for numbers that another process gave, while anybody reads. */
  lookMs: 200,
  /** A reader hears at least this often that the connection lives, and how far it has come. */
  commentMs: 15_000,
  /** When a reader whose connection broke comes again. */
  comeAgainMs: 2_000,
  /** What waits for one reader beyond this is not read for him until he takes it. */
  waitingBytes: 64 * 1024,
  /** One who takes nothing for so long is cut. */
  stalledMs: 30_000,
  /** Until a store that was away is asked again. */
  storeAwayMs: 1_000,
  /** The last words to one who is cut. */
  partingMs: 2_000,
  ofCaller: 50,
  /** Fewer than connections: others find room. */
  ofAll: 500,
  /** Names that one filter may have. */
  names: 100,
  /** Messages that are read at once. */
  records: 8,
  /** Texts of events that several readers want, in memory. */
  textCharacters: 8 * 1024 * 1024,
} as const;
