/**
 * Every bound of the hub, in one place, unit last in its name. Nothing in Stockbus grows without
 * one of these in its way. What a user may set is in `config/hub.yaml`; these are the outer walls. Nobody moves
 * them while the hub runs: a test hands other bounds to the part that it looks at.
 */
export const limits = Object.freeze({
  /** Of a payload until all of it is known: what is kept in memory before it goes to the spool's file. */
  spoolMemoryBytes: 4 * 1024 * 1024,
  /** Hashes of its keys in memory; more are sorted in a file, so many at a time. */
  spoolMemoryKeys: 500_000,
  /** Parts of documents whose rows stand apart in a payload. */
  partsApart: 500_000,
  /** What may be read again of records that were split into documents whose parts stand apart. */
  spoolRereadBytes: 4 * 1024 * 1024 * 1024,
  /** Of the disk of the data folder: with less left the hub says that it is full. */
  leastFreeBytes: 4 * 1024 * 1024,
  /** Block in which the spool's file is written and read. */
  spoolBlockBytes: 256 * 1024,
  /** Parked records of one payload, and their content in all: with more the whole payload is refused. */
  parkedRecordsPerPayload: 10_000,
  parkedBytesPerPayload: 16 * 1024 * 1024,

  /** Records that travel as one broker message. Small enough to retry, large enough to be fast. */
  batchRecords: 500,
  /** Records that one delivery to a subscriber may carry, at most. */
  deliveryRecords: 50_000,
  /** Size at which a batch is closed even when it holds fewer records. */
  batchBytes: 256 * 1024,
  /** Largest body that the broker takes; RabbitMQ's own default bound is 16 MiB since 4.0. */
  brokerMessageBytes: 8 * 1024 * 1024,
  /** Size of the batches of one commit, at most (a single batch may exceed it). */
  commitBytes: 8 * 1024 * 1024,
  /**
   * SKUs that one commit changes, about, where each has one entry, and more where they have more: what waits
   * behind those comes in the next. What a larger one writes no longer fits into the pages that SQLite keeps.
   */
  commitSkus: 4_000,
  /** Longest wait for more batches while full ones come in. */
  commitLingerMs: 20,
  /** A batch that goes together with those of other payloads, and how many of them make one message, which is bounded as a batch is. */
  joinedPartBytes: 64 * 1024,
  joinedParts: 250,
  /** Unconfirmed batches that one intake keeps in flight. */
  publishInFlightBatches: 8,
  /** Messages that one consumer holds unacknowledged. */
  prefetchMessages: 32,
  /** How often who publishes batches says up to which number, at most, and how often in any case. */
  producerSaysMs: 5_000,
  producerSaysAgainMs: 60 * 60 * 1_000,
  /** Who has said nothing for so long is gone. */
  producerForgetMs: 7 * 24 * 60 * 60 * 1_000,
  /** Ranges of numbers that are kept of one queue of one producer, its times, and its batches by the name of their payload. */
  numberRanges: 100,
  numberTimes: 32,
  openBatchesNamed: 1_000,
  /** How often it is looked for batches that did not come, and for how long a mark of what came before it is waited for. */
  gapLookMs: 15_000,
  gapMarkMs: 60_000,
  /** A batch that did not come for so long, though later ones did, is missing. */
  gapAlertMs: 60_000,
  /** How long a message that waits (for the pace of a sink, for an endpoint that is away) is held before it is given back to its queue. */
  holdMs: 5 * 60_000,
  /** And how long it may take to send one: RabbitMQ takes back after half an hour what is not settled. */
  throttledBatchMs: 20 * 60_000,
  /** Time that a publish keeps trying while the broker is away, blocked, or does not confirm. */
  publishTimeoutMs: 30_000,
  /** The same where it is known that it is away or blocked: senders are told at once, and a moment is waited out. */
  brokerAwayMs: 2_000,
  /** Time that a look at a part of the hub may take. */
  pingMs: 2_000,
  /** How often it is measured how much waits where. */
  statusMeasureMs: 15_000,
  /** Between two attempts to start a source, a sink or a stage that cannot start, at first and at most. */
  startRetryFirstMs: 1_000,
  startRetryMaxMs: 60_000,
  /** How long a hub that starts waits for those that neither start nor fail. */
  partsStartMs: 5_000,
  /** Time that one question to a broker may take: a connection, a declaration, a ping. */
  brokerAnswerTimeoutMs: 10_000,
  /** Deliveries without a settlement after which RabbitMQ itself moves a message to the dead letters. */
  unsettledDeliveries: 100,
  /** Text kept of the reason why a message was retried or died. */
  reasonCharacters: 2_000,
  /** Bodies that the embedded broker keeps in memory between publish and delivery. */
  embeddedCacheBytes: 64 * 1024 * 1024,

  /** Largest single record: a CSV row, an XML element, a JSON document or line. */
  recordBytes: 1024 * 1024,
  /** What a compressed payload may grow to: in all, and for each byte of it as soon as it is more than the third. */
  unpackedBytes: 8 * 1024 * 1024 * 1024,
  unpackedRatio: 200,
  unpackedFreeBytes: 16 * 1024 * 1024,
  /** Entries of an archive, and bytes of its directory. */
  archiveEntries: 10_000,
  archiveDirectoryBytes: 4 * 1024 * 1024,
  /** Texts that cells of a workbook share: they are in memory while it is read. */
  workbookTextBytes: 64 * 1024 * 1024,
  /** A payload that must be whole before it is read, where there is no disk for it. */
  keptBytes: 64 * 1024 * 1024,
  /** What a payload keeps from around its records, since each of them has it. */
  envelopeChars: 64 * 1024,
  /** Largest document as canonical JSON, and largest content of a parked record. */
  documentBytes: 4 * 1024 * 1024,
  /** Deepest nesting that any codec reads. */
  nestingLevels: 64,
  /** Columns of a row, fields of an object. */
  fieldsPerRecord: 4_096,
  /** Units of an item, and attributes, whoever named them. */
  namesOfItem: 64,
  /** Lines of one document, which is booked all or none. */
  documentLines: 10_000,
  /** Characters of a business key. */
  idCharacters: 256,
  /** Digits a number may have on its way in. */
  numberDigits: 64,
  /** Time after which a flow gives way to everything else in the process. */
  turnMs: 5,
  /** Steps of one flow expression over one record, and how many more for each byte of that record. */
  expressionSteps: 250_000,
  expressionStepsPerByte: 20,
  /** Evaluations of it inside each other, or side by side. */
  expressionOpen: 100_000,
  /** Entries of a list, characters of a text, bytes and levels of a value that it makes. */
  expressionItems: 100_000,
  expressionCharacters: 4 * 1024 * 1024,
  expressionBytes: 16 * 1024 * 1024,
  /** Bytes of texts and lists that it makes in all, whether they are kept or not. */
  expressionMadeBytes: 128 * 1024 * 1024,
  /** The same of what nobody else has a turn in between; the steps are those above. */
  expressionMadeBytesAtOnce: 16 * 1024 * 1024,
  expressionLevels: 200,
  /** Characters of a picture such as `#,##0.00` or `[Y]-[M]`. */
  pictureCharacters: 1_000,
  /** Characters of a text that a regular expression may be used on. */
  regexCharacters: 100_000,
  /** Looks at such a text beside the eight at each of its characters that one pass may take. */
  regexSteps: 1_000_000,
  /** Rows that a look-up table may hold in memory. */
  tableRows: 1_000_000,

  /** Outbox records that relay publishes together, and how often it looks for those of others. */
  outboxRecords: 32,
  outboxPollMs: 500,
  /** Of them, those that cannot be sent and let others pass; and when they are tried again. */
  heldRecords: 1_000,
  heldRecordsRetryMs: 10 * 60 * 1_000,
  /** How often relay forgets events that are older than `events.keep`. */
  eventsSweepMs: 60_000,
  /** Texts of events that were just committed, in memory until they are relayed. */
  recentEventCharacters: 16 * 1024 * 1024,
  /** Keys of messages in memory until they go into the index of the inbox; some 30 bytes each. */
  inboxKeys: 128 * 1024,
  /** Open shortages of a pool that are kept by themselves; of more, the ledger tells when it matters. */
  keptShortages: 8,
  /** SKU states that apply keeps in memory between commits. */
  cachedSkus: 8_192,
  /** Balances and cost layers that those may have in all. */
  cachedRows: 500_000,
  /** SKUs of which a store remembers where their last pack is; more than those. */
  knownSkus: 65_536,
  /** Documents of which a store on MongoDB remembers the same; of more, none until they are met again. */
  knownDocuments: 100_000,
  /** Balances and layers of one pack: of more a commit makes several. */
  packRows: 5_000,
  /** The text of a pack, or of a checkpoint. MongoDB takes 16 MiB in one document. */
  packBytes: 15 * 1024 * 1024,
  /** Facts that those keep in business order for what comes late, in all. */
  historyFacts: 10_000,
  /**
   * Facts in the store that are costed anew within a commit; more are left for the background, so many at a
   * time. What corrects so many is written while others wait some 50 ms.
   */
  recostFacts: 2_000,
  /** Entries of a SKU that are read at once to cost it anew. */
  historyRows: 2_000,
  /** Times that a decision may turn out to need more. */
  decisionRounds: 1_000,
  /** Questions that are asked of a store at once. */
  readsAtOnce: 8,
  /** How often the background looks for SKUs that wait to be costed anew. */
  recostPollMs: 500,
  /** Time in which nobody wrote them: more than lies between two large commits of one who does. */
  recostPauseMs: 3_000,
  /** How often the background looks whether a month can be closed. */
  closingPollMs: 60_000,
  /** Times that the books are looked at before a period is closed, while others book what is dated in it. */
  closingLooks: 5,
  /** Facts of a SKU between two checkpoints of its costs, at least. */
  checkpointFacts: 512,
  /** SKUs that `verify` audits at once; of a server, which looks through all documents for each such reading. */
  verifySkus: 256,
  verifySkusAfar: 2_048,
  /** Entries of one SKU that `verify` keeps in memory; more are read twice, so many at a time. */
  verifyEntries: 20_000,
  /** Latest lines that a reservation's log keeps besides the one that made it. */
  reservationLogLines: 50,
  /** Latest lines of the log of closed periods. */
  periodLogLines: 1_000,
  /** Reservations that one sweep expires together, and how often it looks for those that are due. */
  sweepReservations: 200,
  sweepPollMs: 1_000,
  /** How long stages of flows know what has left them. */
  stageForgetMs: 24 * 60 * 60 * 1_000,
  /** Messages of one flow that a record may wait for, and that are kept under one key. */
  stageAwaited: 100,
  /** A message that others wait for takes along what it was read from, where that is no more than this, or than itself. */
  awaitedReadBytes: 64 * 1024,
  /** What a stage keeps under one key: a record that would make it more is parked. */
  stageRowBytes: 4 * 1024 * 1024,
  /** Characters that leave a stage in one commit, about; the rest leaves in the next. */
  stageOutBytes: 8 * 1024 * 1024,
  /** Characters of what waits that a stage reads for one commit, about, and takes from its queue for it. */
  stageRoundBytes: 16 * 1024 * 1024,
  /** Rows that one commit of a stage changes, about, and how often it looks for those that are due. */
  stageRows: 2_000,
  stagePollMs: 1_000,
  /** How often it is measured how many records wait in stages. */
  stageMeasureMs: 15_000,
  /** What left stages that goes on at once, and how much of it may be put off before the rest waits too. */
  stageOuts: 32,
  stagePutOff: 64,
  /** Failures behind a stage while the system that was asked answered others, after which a record is parked, and the largest wait between attempts. */
  stageFailures: 10,
  stageRetryMaxMs: 60 * 1_000,
  /** How often what is noted of payloads and events is written, how many notes at the latest, and how many wait at most. */
  historyWriteMs: 1_000,
  historyNotesAtOnce: 1_000,
  historyNotes: 20_000,
  /** And characters of snapshots: with a quarter of them they are written, beyond them they are dropped. */
  historyNoteCharacters: 16 * 1024 * 1024,
  /** Payloads, and calls of subscribers, that are kept, whatever `history.keep` says: about a gigabyte. */
  historyKeptRows: 2_000_000,
  /** How often notes that are older than `history.keep` are forgotten. */
  historySweepMs: 60_000,
  /** Entries, parked records and payloads that one story tells, each. */
  storyRows: 200,
  /** Parked records that have a key among their words, and waiting rows, that are looked through for it. */
  storyLooked: 20_000,
  /** Snapshots of one payload that are looked through for a key. */
  storySnapshots: 1_000,
  /** SKUs of commits that are looked through for what a payload booked. */
  storyRanges: 2_000,
  /** Characters of a record as a snapshot has it. */
  snapshotCharacters: 64 * 1024,
  /** Parked records of one payload that have one, and of how many sound ones one is a sample. */
  snapshotsOfParked: 20,
  snapshotEvery: 100,
  /** And of all snapshots together. */
  snapshotsCharacters: 64 * 1024 * 1024,
  /** Words by which a parked record or a dead letter is found, and lines of what was done about it. */
  caseWords: 1_000,
  caseLines: 200,
  /** Cases that the background takes at once. */
  casesAtOnce: 200,
  /** How often it looks what became of replays, and when one that was cut short is begun again. */
  caseLookMs: 2_000,
  caseResumeMs: 30_000,
  /** How often it looks whether what is parked was booked by another way, and whether something may be forgotten. */
  caseSettleMs: 10_000,
  caseSweepMs: 60 * 1_000,
  /** Of one request that works on all that a filter finds: how many, and for how long. */
  workAtOnce: 1_000,
  workMs: 60 * 1_000,
  /** Dead letters that are on their way into the store. */
  deadAtOnce: 4,
  /** Rows of one page of any list. */
  pageRows: 1_000,
  /** And of a report of which all rows are asked for: each page costs some questions to the store. */
  reportRows: 4_096,
  /** Characters of the packs that are read at once, but for the last. */
  packCharacters: 256 * 1024,
  pageRowsDefault: 100,

  /** Largest request body of the HTTP interface. */
  requestBytes: 64 * 1024 * 1024,
  /** What request bodies that are being accepted may take in memory, together, about; and how long one waits for room. */
  acceptingBytes: 24 * 1024 * 1024,
  acceptingWaitMs: 10_000,
  requestHeaderBytes: 16 * 1024,
  headersTimeoutMs: 10_000,
  /** Time that the rest of a refused body is read and dropped, so that the sender sees the answer. */
  refusedBodyTimeoutMs: 2_000,
  idleConnectionMs: 5_000,
  connections: 1_000,
  requestTimeoutMs: 60_000,
  requestsPerMinute: 6_000,
  /** Of each address that shows no right token, guesses included. */
  strangerRequestsPerMinute: 300,
  /** Between two looks at another system. */
  pollEveryMs: 300_000,
  /** What was changed so long before the last look is asked for once more. */
  pollOverlapMs: 300_000,
  /** Time that one call of a partner's API has. */
  restTimeoutMs: 30_000,
  /** Largest page of a partner's API. */
  restAnswerBytes: 32 * 1024 * 1024,
  /** How far the time at which a delivery was signed may be from ours. */
  signatureToleranceMs: 300_000,
  /** Largest delivery that is taken without a token: it is in memory until its signature is known. */
  deliveryBytes: 8 * 1024 * 1024,
  /** What of a delivery that could not be read stands in its parked record. */
  refusedDeliveryBytes: 256 * 1024,
  /** Time a subscriber's endpoint has for its answer. */
  webhookTimeoutMs: 10_000,
  /** Largest body of one call, and how much of the answer is read before the connection is dropped. */
  webhookBytes: 64 * 1024 * 1024,
  webhookAnswerBytes: 64 * 1024,

  /** Time that a system has for its answer to one question of `enrich`. */
  enrichTimeoutMs: 5_000,
  /** Questions that one system is asked at once. */
  enrichAtOnce: 8,
  /** Attempts of one question, and the first and largest wait between them. */
  enrichAttempts: 3,
  enrichFirstWaitMs: 100,
  enrichMaxWaitMs: 1_000,
  /** Characters of a path, and bytes of an answer. */
  enrichPathCharacters: 2_000,
  enrichAnswerBytes: 256 * 1024,
  /** Answers of one system that are kept, and their bytes in all. */
  enrichCachedAnswers: 10_000,
  enrichCachedBytes: 64 * 1024 * 1024,
  /** Longest time for which it is kept that there is none. */
  enrichMissingMs: 30_000,
  /** Failures in a row after which a system is left alone, and for how long at first and at most. */
  enrichFailures: 5,
  enrichPauseMs: 5_000,
  enrichPauseMaxMs: 5 * 60 * 1_000,

  /** Time in which an object store begins its answer, or goes on with it; and the slowest that one may be. */
  s3AnswerMs: 30_000,
  s3SlowestBytesPerSecond: 10_000,
  /** Attempts of one call, or of going on with an object that was broken off, and the waits between them. */
  s3Attempts: 5,
  s3FirstWaitMs: 200,
  s3MaxWaitMs: 5_000,
  /** How often a bucket is looked through. */
  s3EveryMs: 60_000,
  /** Of an answer that is not an object: a page of a listing. */
  s3AnswerBytes: 16 * 1024 * 1024,
  /** Objects that are noted as taken in together, and the bytes of these, unless it is one. */
  s3BatchObjects: 250,
  s3BatchBytes: 64 * 1024 * 1024,
  /** Objects up to this size are read before their turn, so many at once. */
  s3AheadBytes: 1024 * 1024,
  s3Ahead: 8,
  /** What is remembered of objects that lie there goes into rows of so many. */
  s3RowObjects: 1_000,
  /** Larger objects are written in parts of this size. */
  s3PartBytes: 16 * 1024 * 1024,
  /** And copied inside the store in parts of this size, for each of which it has so much time. */
  s3CopyBytes: 256 * 1024 * 1024,
  s3CopyMs: 120_000,
  /** A file counts as complete when size and time of change stood still for so long. */
  settleMs: 2_000,
  /** When a file that was taken in is looked at again: longer than writers pause. */
  recheckMs: 60_000,
  /** Time that a stop waits for work in flight. */
  drainTimeoutMs: 10_000,
  /** First and largest wait between attempts of any retry, and how many there are of a report. */
  retryFirstMs: 1_000,
  retryMaxMs: 15 * 60 * 1_000,
  retryAttempts: 12,
  /** How long an endpoint may fail before it is paused, and the longest wait that it may ask for. */
  retryForMs: 5 * 24 * 60 * 60 * 1_000,
  retryAfterMaxMs: 24 * 60 * 60 * 1_000,
  /** Where a flow says nothing else an endpoint is left alone for a twentieth of the time for which it has failed, or so long. */
  probeMs: 10_000,
  probePart: 20,
  /** How often it is looked whether others have paused or resumed an endpoint. */
  endpointPollMs: 2_000,
  /** How often it is looked whether others have paused or resumed a flow. */
  pausePollMs: 2_000,
  /** How much longer a process waits that has nothing in hand for an endpoint: another may, and be about to ask it. */
  endpointGraceMs: 30_000,
  /** Refusals of what calls hold after which, where nothing is taken, it is the endpoint. */
  refusedInARow: 8,
  /** How long one is asked again that is refused while there is nothing to tell by whose fault that is. */
  refusedForMs: 10 * 60_000,
  /** Webhooks of one endpoint that are on their way at once. */
  webhooksInFlight: 8,
  /** First and largest wait between attempts to reach a broker or a database again. */
  reconnectFirstMs: 200,
  reconnectMaxMs: 2_000,
  /** The largest wait between attempts to reach an SFTP server, and the longest that one may be silent while it is asked something. */
  sftpReconnectMaxMs: 60_000,
  sftpTimeoutMs: 20_000,
  /** How often it is told of one trouble that it lasts. */
  tellAgainMs: 60_000,
  /** For how long one process has what several might do; it says so again three times meanwhile. */
  leaseMs: 15_000,
  /** How often it is looked for runs of a report that another process has left, and whether clocks were changed. */
  reportPollMs: 10_000,
  /** Where a report's schedule catches up nothing: what is later than this was missed. */
  reportLateMs: 60_000,
  /** Runs of one report that are made at once of all that were missed, and that are kept. */
  reportRuns: 100,
  /** Bytes of a report that the store keeps in one row, until it is sent. */
  reportPieceBytes: 768 * 1024,
  /** First and largest wait before a report is written again. */
  reportRetryFirstMs: 200,
  reportRetryMaxMs: 30_000,
  /** Of a database that is polled: for connecting and for each statement. */
  sqlTimeoutMs: 30_000,
  /** Of its rows: text of one page, those that are remembered for the overlap, and how many of them are dropped together. */
  sqlPageBytes: 8 * 1024 * 1024,
  sqlSeenRows: 200_000,
  sqlPileRows: 2_000,
} as const);
