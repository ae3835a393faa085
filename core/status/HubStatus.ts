/** What is said of a hub and of what lies in its broker and store. */

/** Fields are never renamed and never left out; what nobody could say is null. */
export interface HubStatus {
  at: string;
  /** Nothing fails, and nothing waits for a person. */
  well: boolean;
  /** By part: `ok`, or what is wrong with it. */
  checks: Record<string, string>;
  troubles: Trouble[];
  queues:
    | { queue: string; ready: number; waiting: number | null; oldestSeconds: number | null }[]
    | null;
  dead: number | null;
  parked: { flow: string; records: number; since: string }[] | null;
  outbox: number | null;
  stages: { stage: string; records: number; left: number; oldestSeconds: number | null }[] | null;
  /** Subscribers and other sinks that do not take what is sent. */
  endpoints: readonly { endpoint: string; state: string; since: string }[] | null;
  /** Flows that do nothing until a person resumes them. */
  paused: readonly { flow: string; since: string; by: string; reason: string }[] | null;
  /** Flows that are in no file any more, and of which something is left. */
  gone: readonly { flow: string; deployment: string; since: string }[] | null;
  /** Runs of batches that were accepted and never came out of the broker. */
  gaps: number | null;
  /** Age of the oldest batch that was accepted and is not booked; 0 where there is none. */
  unappliedSeconds: number | null;
}

export interface Trouble {
  /** Never renamed. `down`: no work is done. `waits`: for a person. */
  kind: 'down' | 'waits';
  what:
    | 'check'
    | 'dead'
    | 'parked'
    | 'unapplied'
    | 'outbox'
    | 'gap'
    | 'endpoint'
    | 'paused'
    | 'gone';
  message: string;
  /** Where more is said of it. */
  see: string;
  /** The flow, the endpoint or the part that it is about. */
  of?: string;
  /** Since when, where that is known. */
  since?: string;
  /** How many records, messages or runs it is about. */
  count?: number;
  /** Where programs read more. */
  href: string;
  /** What a person may do about it by one call. */
  action?: { does: 'resume' | 'probe'; href: string };
}
