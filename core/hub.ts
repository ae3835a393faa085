/**
 * The hub: the four loops over one broker and one store. Adapters arrive as arguments, so that the
 * same hub runs on either pair, in a test, or with only some of its roles.
 */
import type { Payload, Receipt, Store } from './ports.ts';

export const roles = ['intake', 'apply', 'relay', 'deliver'] as const;
export type Role = (typeof roles)[number];

export interface Health {
  ready: boolean;
  /** By part: `ok`, or what is wrong with it. */
  checks: Record<string, string>;
}

export interface Hub {
  /** Declares the topology, starts the loops of its roles, then the sources. */
  start(): Promise<void>;
  /** Takes one payload into a flow; resolves when all of it is durable. Throws FLOW_UNKNOWN, … */
  accept(flow: string, payload: Payload): Promise<Receipt>;
  /** Inbound flows by name, with the content type of what they read. */
  inboundFlows(): { name: string; about: string; contentType: string }[];
  readonly store: Store;
  health(): Promise<Health>;
  /** Stops sources, drains the loops within limits.drainTimeoutMs, closes nothing that it did not open. */
  stop(): Promise<void>;
}
