/** What `GET /v1/status` answers. */
export interface HubStatus {
  at: string;
  well: boolean;
  checks: Record<string, string>;
  troubles: { kind: 'down' | 'waits'; what: string; message: string; see: string }[];
  queues:
    | { queue: string; ready: number; waiting: number | null; oldestSeconds: number | null }[]
    | null;
  dead: number | null;
  parked: { flow: string; records: number }[] | null;
  outbox: number | null;
  stages: { stage: string; records: number; left: number; oldestSeconds: number | null }[] | null;
  endpoints: { endpoint: string; state: string; since: string }[] | null;
  paused: { flow: string; since: string; by: string; reason: string }[] | null;
  gone: { flow: string; deployment: string; since: string }[] | null;
  gaps: number | null;
  unappliedSeconds: number | null;
}
