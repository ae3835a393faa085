/** A kind of broker or store, chosen by its address. */

import type { Runtime } from '../runtime.ts';

/** A broker or store kind: chosen by the scheme of its address. */
export interface BackendSpec<Port> {
  name: string;
  about: string;
  /** `amqp:`, `mongodb:`, `file:` */
  schemes: string[];
  /** Of a store it makes tables or indexes that are missing. */
  open(address: string, runtime: Runtime): Promise<Port>;
  /** Loads its driver, which on a busy machine takes longer than an answer may. Left out where there is none. */
  load?(): Promise<unknown>;
}
