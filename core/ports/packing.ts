/** Packings are what a payload may come and go in, whatever its format: compressed, in an archive. */

import type { Field } from '../spec.ts';
import type { Codec } from './codec.ts';

export interface PackingSpec<Options = unknown> {
  name: string;
  about: string;
  contentType: string;
  /** Stands behind that of the format: `csv.gz`. */
  extension: string;
  /** How it is unpacked. */
  options: Field<Options>;
  examples: string[];
  /**
   * The codec for payloads that come packed. In bounded memory, and never more than `limits` allow of
   * what a payload may grow to (PACKED_TOO_LARGE). What is damaged is refused whole (PACKED_BROKEN): no
   * byte of it can be trusted. What is rejected goes back packed in the same way.
   */
  unpacking(codec: Codec, options: Options): Codec;
  /** One part of a payload that goes out; all parts are to be joined. Left out: it is read only. */
  pack?(part: Uint8Array): Uint8Array;
}
