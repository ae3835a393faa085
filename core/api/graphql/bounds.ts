/** What one query may ask for. */
export const queryBounds = {
  tokens: 2_000,
  depth: 12,
  aliases: 30,
  /** Fields that have fields, as they are written. */
  objects: 100,
  /** Rows of one connection. */
  first: 250,
  /** Points: about the objects of its answer. */
  cost: 5_000,
  /** So many of them are a request of the budget that REST has. */
  costOfRequest: 100,
  /** Objects that a list without `first` is taken to have. */
  plainList: 50,
  /** Fields that are looked at to tell what a query costs. */
  fields: 20_000,
  /** Bytes of a request. */
  bytes: 128 * 1024,
  /** Lists that one query reads at the same time. */
  atOnce: 8,
} as const;
