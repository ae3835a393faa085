/** What is kept of an endpoint: a subscriber, or any other sink of a flow, as a row beside the books. */
import type { Fault } from '../errors.ts';
import type { ControlRow } from '../ports/controlStore.ts';
import { requireVersion } from '../requireVersion.ts';

export const ENDPOINT = 'endpoint';
const ENDPOINT_FORMAT = 1;

export type EndpointState = 'active' | 'backing-off' | 'paused';

export interface EndpointHead {
  id: string;
  attempts: number;
  refusedSince?: string;
}

export interface EndpointFacts {
  state: EndpointState;
  since: string;
  /** When it is asked again; left out where nobody asks by himself. */
  nextProbe?: string;
  /** Failures since it took something. */
  attempts: number;
  failingSince?: string;
  /** What was tried last, how often in all, and since when nothing but refusals of it were heard. */
  head?: EndpointHead;
  lastAnswer?: { at: string; code: string; message: string };
  /** A person wants it to be asked now. */
  isAsked?: boolean;
  /** Who paused it, and why. */
  paused?: { by: string; reason: string };
}

export const activeSince = (since: string): EndpointFacts => ({
  ...{ state: 'active', since, attempts: 0 },
});

type Written = Omit<EndpointFacts, 'state' | 'since' | 'nextProbe'> & { v: number };

/** Throws FORMAT_UNKNOWN for what another version wrote. */
export function endpointFacts({ id, state, since, dueAt, body }: ControlRow): EndpointFacts {
  const { v, ...rest } = JSON.parse(body) as Written;
  requireVersion(`the endpoint '${id}'`, v, ENDPOINT_FORMAT);
  return {
    ...rest,
    ...{ state: state as EndpointState, since },
    ...(dueAt === undefined ? {} : { nextProbe: dueAt }),
  };
}

export function endpointRow(facts: EndpointFacts, flow: string): RowToWrite {
  const { state, since, nextProbe, ...rest } = facts;
  return {
    ...{ state, since, words: [flow] },
    ...(nextProbe === undefined ? {} : { dueAt: nextProbe }),
    body: JSON.stringify({ v: ENDPOINT_FORMAT, ...rest } satisfies Written),
  };
}

type RowToWrite = Omit<ControlRow, 'kind' | 'id' | 'version'>;

export const answerAt = (at: string, { code, message }: Fault) => ({ at, code, message });
