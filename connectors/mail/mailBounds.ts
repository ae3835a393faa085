/** The bounds of mail; what a user may set of them is in the configuration and in flows. */
export const mailBounds = Object.freeze({
  /** For a connection, and for a sign of life of a server. */
  timeoutMs: 30_000,
  /** A mail that is taken in, and what may be set for it. */
  mailBytes: 25 * 1024 * 1024,
  mailMostBytes: 100 * 1024 * 1024,
  /** Heads of mails that are fetched at once. */
  heads: 50,
  /** Of one mail, attachments that are taken in: their ids are kept in one row. */
  attachments: 500,
  /** Of the names of attachments, subjects and senders, so much is kept. */
  nameCharacters: 200,
  /** Of what is sent, before it is written in base64. */
  attachmentBytes: 20 * 1024 * 1024,
  /** Mails that are known when their numbers are given anew: so many piles of so many. */
  piles: 100,
  pileMails: 200,
} as const);
