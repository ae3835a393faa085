/**
 * The one table of metrics: what /metrics says of each, and docs/operations/metrics.md, are made of it. The compiler
 * refuses a name that is not here, and a test one that nothing counts. A name is never used again for something else.
 *
 * To add one: a line here in the place of its name, `npm run gen`, and `runtime.metrics` where it happens.
 */

export interface MetricSpec {
  /** A counter only grows, a gauge is how it is now, a histogram has a distribution. */
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** The last word of its name, before `_total`: what one of it is. */
  readonly unit: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** When somebody should look: as docs/operations.md explains. */
  readonly alarm?: string;
}

export const metricNames = {
  stockbus_batches_dead_total: {
    kind: 'counter',
    unit: 'batches',
    help: 'Messages in the queues of commands that were no batches, and went to the dead letters.',
    labels: [],
    alarm: 'it grows: something else writes into these queues',
  },
  stockbus_checks_failing: {
    kind: 'gauge',
    unit: 'checks',
    help: 'By part of the hub, as /readyz has them: 1 where it cannot work, 0 where it can.',
    labels: ['check'],
    alarm: 'above 0 for more than a minute',
  },
  stockbus_commands_refused_total: {
    kind: 'counter',
    unit: 'commands',
    help: 'Documents that the stock rules refused, and that are parked, by code.',
    labels: ['code'],
  },
  stockbus_commit_conflicts_total: {
    kind: 'counter',
    unit: 'conflicts',
    help: 'Commits that were decided anew, since another writer had been faster.',
    labels: [],
  },
  stockbus_commits_total: {
    kind: 'counter',
    unit: 'commits',
    help: 'Commits of booked batches.',
    labels: [],
  },
  stockbus_dead_kept_letters: {
    kind: 'gauge',
    unit: 'letters',
    help: 'Dead letters in the store, those that nobody has to look at any more among them.',
    labels: [],
  },
  stockbus_dead_letters: {
    kind: 'gauge',
    unit: 'letters',
    help: 'Dead letters that wait for a person, in the broker and in the store.',
    labels: [],
    alarm: 'above 0: somebody was not told; see `stockbus dead list`',
  },
  stockbus_dead_letters_total: {
    kind: 'counter',
    unit: 'letters',
    help: 'Dead letters that were moved from the broker into the store, by whose they were.',
    labels: ['flow'],
  },
  stockbus_decision_rounds: {
    kind: 'histogram',
    unit: 'rounds',
    help: 'How often a decision turned out to need more of the books.',
    labels: [],
  },
  stockbus_delivered_events_total: {
    kind: 'counter',
    unit: 'events',
    help: 'Events and records that a subscriber or target has taken.',
    labels: ['flow'],
  },
  stockbus_delivery_expired_total: {
    kind: 'counter',
    unit: 'records',
    help: 'Records that were not sent, since they had waited longer than `expire`.',
    labels: ['flow'],
  },
  stockbus_delivery_failures_total: {
    kind: 'counter',
    unit: 'failures',
    help: 'Attempts to deliver that failed.',
    labels: ['flow'],
    alarm: 'it grows for more than ten minutes',
  },
  stockbus_endpoint_state: {
    kind: 'gauge',
    unit: 'state',
    help: 'Whether a subscriber is sent what is for it: 0 active, 1 backing off, 2 paused.',
    labels: ['flow'],
    alarm: '1 for more than ten minutes, or 2',
  },
  stockbus_enrich_circuit: {
    kind: 'gauge',
    unit: 'state',
    help: 'Circuit breaker of a system that flows ask: 0 closed, 1 half-open, 2 open.',
    labels: ['connector'],
    alarm: '2 for more than five minutes',
  },
  stockbus_enrich_questions_total: {
    kind: 'counter',
    unit: 'questions',
    help: 'Questions to a system that flows ask, by outcome: found, missing, kept, failed, refused.',
    labels: ['connector', 'outcome'],
  },
  stockbus_enrich_seconds: {
    kind: 'histogram',
    unit: 'seconds',
    help: 'Time of an answer of a system that flows ask.',
    labels: ['connector'],
  },
  stockbus_event_readers_cut_total: {
    kind: 'counter',
    unit: 'readers',
    help: 'Readers of /v1/events that were cut because they took nothing.',
    labels: [],
  },
  stockbus_event_streams: {
    kind: 'gauge',
    unit: 'streams',
    help: 'Streams of events that are open, by GET /v1/events and subscriptions.',
    labels: [],
  },
  stockbus_expired_reservations_total: {
    kind: 'counter',
    unit: 'reservations',
    help: 'Reservations whose time was over, and whose stock was given back.',
    labels: [],
  },
  stockbus_folder_files_total: {
    kind: 'counter',
    unit: 'files',
    help: 'Files by outcome: taken, retried, failed, grew (after they were taken).',
    labels: ['connector', 'flow', 'outcome'],
    alarm: 'failed or grew grows',
  },
  stockbus_folder_unwanted_files: {
    kind: 'gauge',
    unit: 'files',
    help: 'Files of a folder that no flow takes.',
    labels: ['connector'],
    alarm: 'above 0: a file lies there for good',
  },
  stockbus_gap_batches: {
    kind: 'gauge',
    unit: 'batches',
    help: 'Batches that were accepted and never came out of the broker, for more than a minute.',
    labels: [],
    alarm: 'it is above 0: see `stockbus gaps`',
  },
  stockbus_history_dropped_notes_total: {
    kind: 'counter',
    unit: 'notes',
    help: 'What became of payloads and calls and could not be noted, since the store took nothing for too long.',
    labels: [],
  },
  stockbus_http_request_seconds: {
    kind: 'histogram',
    unit: 'seconds',
    help: 'Time of a request to this interface until its answer was sent.',
    labels: ['method', 'route', 'status'],
  },
  stockbus_intake_handed_total: {
    kind: 'counter',
    unit: 'records',
    help: 'Records that a flow handed to connectors, other flows and stages.',
    labels: ['flow'],
  },
  stockbus_intake_parked_total: {
    kind: 'counter',
    unit: 'records',
    help: 'Records that a flow could not make messages of, and that are parked.',
    labels: ['flow'],
  },
  stockbus_intake_records_total: {
    kind: 'counter',
    unit: 'records',
    help: 'Records that a flow has read.',
    labels: ['flow'],
  },
  stockbus_outbox_held_records: {
    kind: 'gauge',
    unit: 'records',
    help: 'Records of the outbox that cannot be sent for what they say, and that others pass.',
    labels: [],
    alarm: 'above 0',
  },
  stockbus_outbox_records: {
    kind: 'gauge',
    unit: 'records',
    help: 'Records of the outbox: what is booked and not told yet.',
    labels: [],
    alarm: 'above 100 for more than five minutes',
  },
  stockbus_parked_kept_records: {
    kind: 'gauge',
    unit: 'records',
    help: 'Parked records in the store, those that nobody has to look at any more among them.',
    labels: [],
  },
  stockbus_parked_records: {
    kind: 'gauge',
    unit: 'records',
    help: 'Parked records that wait for a person, by flow.',
    labels: ['flow'],
    alarm: 'above 0: see `stockbus parked list`',
  },
  stockbus_parked_replays_total: {
    kind: 'counter',
    unit: 'replays',
    help: 'Parked records that were sent again.',
    labels: ['flow'],
  },
  stockbus_poll_failed_looks: {
    kind: 'gauge',
    unit: 'looks',
    help: 'Looks at another system that failed one after another, up to now.',
    labels: ['connector', 'flow'],
    alarm: 'above 2: nothing comes from there',
  },
  stockbus_polled_payloads_total: {
    kind: 'counter',
    unit: 'payloads',
    help: 'Payloads that were found by looking, by outcome: taken, failed (refused as a whole, or the rest of it).',
    labels: ['connector', 'flow', 'outcome'],
    alarm: 'failed grows',
  },
  stockbus_queue_messages: {
    kind: 'gauge',
    unit: 'messages',
    help: 'Messages that are ready in a queue: batches of commands, of stages, of subscribers.',
    labels: ['queue'],
    alarm: 'it grows for more than ten minutes',
  },
  stockbus_read_cache_dropped_answers_total: {
    kind: 'counter',
    unit: 'answers',
    help: 'Answers that were dropped from the cache since something of their SKU was booked.',
    labels: [],
  },
  stockbus_read_cache_reads_total: {
    kind: 'counter',
    unit: 'reads',
    help: 'Reads that the cache of answers was asked for, by outcome: hit, miss.',
    labels: ['outcome'],
  },
  stockbus_recosts_waiting: {
    kind: 'gauge',
    unit: 'skus',
    help: 'SKUs that the background still has to cost anew: their values are not final.',
    labels: [],
  },
  stockbus_relayed_events_total: {
    kind: 'counter',
    unit: 'events',
    help: 'Events that the broker has taken, by topic.',
    labels: ['topic'],
  },
  stockbus_report_runs_total: {
    kind: 'counter',
    unit: 'runs',
    help: 'Runs of reports by their schedules: written, failed, or missed and not made up for.',
    labels: ['flow', 'outcome'],
    alarm: 'failed or missed grows: a report was not written',
  },
  stockbus_sign_ins_failed_total: {
    kind: 'counter',
    unit: 'attempts',
    help: 'Times that somebody signed in by a name and a password that do not belong together.',
    labels: [],
  },
  stockbus_stage_conflicts_total: {
    kind: 'counter',
    unit: 'conflicts',
    help: 'Commits of a stage that were decided anew.',
    labels: ['stage'],
  },
  stockbus_stage_oldest_seconds: {
    kind: 'gauge',
    unit: 'seconds',
    help: 'For how long the first record has waited in a stage.',
    labels: ['stage'],
  },
  stockbus_stage_overdue_seconds: {
    kind: 'gauge',
    unit: 'seconds',
    help: 'By how much the next record that is to leave a stage is late.',
    labels: ['stage'],
    alarm: 'above 60',
  },
  stockbus_stage_put_off: {
    kind: 'gauge',
    unit: 'records',
    help: 'What has left a stage and could not go on yet.',
    labels: ['stage'],
    alarm: 'above 0 for more than ten minutes',
  },
  stockbus_stage_records_total: {
    kind: 'counter',
    unit: 'records',
    help: 'Records of a stage by outcome.',
    labels: ['stage', 'outcome'],
  },
  stockbus_stage_waiting_records: {
    kind: 'gauge',
    unit: 'records',
    help: 'Records that wait in a stage.',
    labels: ['stage'],
  },
  stockbus_store_commit_retries_total: {
    kind: 'counter',
    unit: 'retries',
    help: 'Commits that the database had begun anew.',
    labels: [],
  },
  stockbus_store_documents_of_several_buckets_total: {
    kind: 'counter',
    unit: 'documents',
    help: 'Documents whose SKUs are of several buckets: on a sharded cluster they may span shards.',
    labels: [],
  },
  stockbus_thread_deaths_total: {
    kind: 'counter',
    unit: 'deaths',
    help: 'How often the thread that books ended and began again.',
    labels: [],
    alarm: 'it grows',
  },
  stockbus_unapplied_oldest_seconds: {
    kind: 'gauge',
    unit: 'seconds',
    help: 'Age of the oldest batch that was accepted and is not booked yet.',
    labels: [],
    alarm: 'above 300',
  },
  stockbus_webhook_seconds: {
    kind: 'histogram',
    unit: 'seconds',
    help: 'Time of the answer of an endpoint of a subscriber.',
    labels: ['connector'],
  },
} as const satisfies Readonly<Record<`stockbus_${string}`, MetricSpec>>;

export type MetricName = keyof typeof metricNames;

type OfKind<Kind extends MetricSpec['kind']> = {
  [Name in MetricName]: (typeof metricNames)[Name]['kind'] extends Kind ? Name : never;
}[MetricName];

export type CounterName = OfKind<'counter'>;
export type GaugeName = OfKind<'gauge'>;
export type HistogramName = OfKind<'histogram'>;
