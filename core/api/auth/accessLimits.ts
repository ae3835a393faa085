/** Bounds of who may call; docs/access.md says them. Frozen as core/limits.ts is. */
export const accessLimits = Object.freeze({
  /** For how long it is believed what a key, a session or a user was when it was read; and where it cannot be read. */
  accessKeptMs: 5_000,
  accessStaleMs: 60_000,
  /** Keys, sessions and users that are kept in memory, each. */
  accessRows: 10_000,
  /** How often it is noted that a key or a session is used. */
  keyUseNotedMs: 60_000,
  /** Longest time for which the secret before opens beside a new one. */
  keyOverlapMs: 24 * 24 * 3_600 * 1_000,
  /** From when on a session is over: after it was opened, and after it was used last. */
  sessionMs: 12 * 3_600 * 1_000,
  sessionIdleMs: 3_600 * 1_000,
  /** Sessions that ended, and are removed when another is opened. */
  sessionsSwept: 100,
  /** Names of users have no more; and the body that says one, with its password. */
  nameCharacters: 64,
  signInBytes: 16 * 1_024,
  /** Failed attempts to sign in, in a minute; and how many passwords are looked at side by side. */
  loginsOfAddress: 20,
  loginsOfUser: 60,
  loginsOfBoth: 10,
  loginsAtOnce: 2,
  /** How long a person may take to sign in at a provider. */
  loginMs: 10 * 60 * 1_000,
  /** Between two looks at what a provider says of itself, after a failure too; and the time that it has to answer. */
  providerAskedMs: 3_600 * 1_000,
  providerFailedMs: 5_000,
  providerTimeoutMs: 5_000,
} as const);
