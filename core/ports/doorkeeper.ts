/** Who lets in what systems post that have no token of the hub, and sign what they send. */

export interface SignedRequest {
  /** By their names in lower case, as Node has them. */
  headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Byte for byte as it came. */
  body: Uint8Array;
}

export interface Doorkeeper {
  /**
   * Gives the id that the sender gave the delivery, the same when it is sent again; undefined where it gives none. Throws
   * SIGNATURE_MISSING, SIGNATURE_WRONG, SIGNATURE_STALE, all final: none of it is read.
   */
  check(delivery: SignedRequest, nowMs: number): string | undefined;
}
