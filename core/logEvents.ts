/**
 * The one table of what the log says: docs/operations/log-events.md is made of it. The compiler refuses an event that is
 * not here, and a test one that nothing tells, or with another level. An event is called `room.what_happened`; its
 * name is never used again for something else.
 *
 * To add one: a line here in the place of its name, `npm run gen`, and `runtime.log` where it happens.
 */

export type Level = 'debug' | 'info' | 'warn' | 'error';

export interface LogEventSpec {
  /** Two where it depends. */
  readonly level: Level | readonly [Level, Level];
  /** Those of a fault: `code`, `message`, where it is known `at` and `todo`. */
  readonly fields: readonly string[];
  readonly meaning: string;
  /** It comes again and again while one trouble lasts, and is written once a minute. */
  readonly lasts?: true;
  /** Left out where there is nothing to do. */
  readonly todo?: string;
}

export const logEvents = {
  'apply.conflict': {
    level: 'warn',
    fields: ['conflicts', 'partition'],
    lasts: true,
    meaning: 'Another writer was faster several times in a row; the round is decided anew.',
    todo: 'Nothing, unless it goes on: then several hubs book the same SKUs all the time, or late documents of SKUs with much history are costed anew (`stockbus recosts`).',
  },
  'apply.defect': {
    level: 'error',
    fields: ['code', 'message', 'partition'],
    meaning:
      'Batches could not be decided together; each is decided alone, and parked where that fails.',
    todo: 'See what was parked; report it where the code is INTERNAL.',
  },
  'apply.not_a_batch': {
    level: 'error',
    fields: ['code', 'message', 'partition'],
    meaning:
      'A message in a queue of commands is no batch of this hub, and went to the dead letters.',
    todo: 'Find out who else writes into the queues of the hub.',
  },
  'apply.not_read_ahead': {
    level: 'debug',
    fields: ['code', 'message'],
    meaning: 'What the next batches need could not be read ahead; it is read when its turn comes.',
  },
  'apply.refused': {
    level: 'info',
    fields: ['flow', 'name', 'record', 'code', 'message', 'parkedId'],
    meaning: 'The stock rules refused a document, which is parked.',
    todo: 'See `stockbus parked show ID`.',
  },
  'apply.refused_more': {
    level: 'info',
    fields: ['documents'],
    meaning: 'So many more documents of the same commit were refused.',
    todo: 'See `stockbus parked list`.',
  },
  'apply.unsettled': {
    level: 'error',
    fields: ['code', 'message', 'partition'],
    lasts: true,
    meaning: 'A message could not be moved to the dead letters; it comes again by itself.',
  },
  'apply.waits': {
    level: 'warn',
    fields: ['code', 'message', 'partition'],
    lasts: true,
    meaning:
      'The database does not take commits; batches stay in hand, and are tried again until it does.',
    todo: 'Mend what the code names; nothing is lost meanwhile.',
  },
  'broker.blocked': {
    level: 'warn',
    fields: ['link', 'reason'],
    meaning: 'RabbitMQ takes nothing: an alarm of memory or disk. Senders get 503, files wait.',
    todo: 'Give it memory or disk; see `rabbitmqctl status`.',
  },
  'broker.commit_failed': {
    level: 'error',
    fields: ['reason'],
    lasts: true,
    meaning: 'The embedded broker could not write: a full disk, as a rule.',
    todo: 'Make room in the data folder.',
  },
  'broker.connected': {
    level: 'info',
    fields: ['link', 'place'],
    meaning: 'There is a connection to RabbitMQ.',
  },
  'broker.connection_error': {
    level: 'debug',
    fields: ['link', 'reason'],
    meaning: 'RabbitMQ reported a fault of the connection.',
  },
  'broker.connection_lost': {
    level: 'warn',
    fields: ['link', 'reason'],
    meaning: 'The connection to RabbitMQ is gone; it is tried again until there is one.',
    todo: 'Start RabbitMQ, or mend the way to it.',
  },
  'broker.consumer_cancelled': {
    level: 'warn',
    fields: ['queue'],
    meaning: 'RabbitMQ ended a consumer, as when its queue is deleted; it subscribes again.',
    todo: 'Find out who deletes queues.',
  },
  'broker.delays_left': {
    level: 'info',
    fields: ['messages'],
    meaning:
      'An older version left messages in queues where they wait to be tried again; they come by themselves when their time is over.',
  },
  'broker.delays_unknown': {
    level: 'warn',
    fields: ['reason'],
    meaning:
      'It could not be looked whether an older version left messages that wait to be tried again, or what is empty of it be removed.',
    todo: 'Nothing: they come by themselves, and the next start looks again.',
  },
  'broker.gap': {
    level: 'error',
    fields: [
      'code',
      'message',
      'todo',
      'producer',
      'partition',
      'from',
      'to',
      'batches',
      'after',
      'before',
      'noticedAt',
      'payloads',
    ],
    meaning:
      'Batches that were accepted never came out of the broker: a queue was purged or deleted, or lost its data.',
    todo: 'See `stockbus gaps`: send the payloads again, then tick it off.',
  },
  'broker.goodbye_failed': {
    level: 'debug',
    fields: ['link', 'reason'],
    meaning: 'RabbitMQ did not answer when the connection was closed.',
  },
  'broker.handler_failed': {
    level: 'error',
    fields: ['queue', 'reason'],
    meaning: 'A message was not taken by a defect; it comes again.',
    todo: 'Report it.',
  },
  'broker.publisher_failed': {
    level: 'warn',
    fields: ['reason'],
    meaning: 'The channel on which is published had to be opened anew.',
  },
  'broker.read_failed': {
    level: 'error',
    fields: ['reason'],
    lasts: true,
    meaning: 'The embedded broker could not read its file.',
    todo: 'Look at the disk of the data folder.',
  },
  'broker.reconnect_failed': {
    level: 'warn',
    fields: ['link', 'attempt', 'reason'],
    meaning: 'RabbitMQ is still away; told once a minute.',
    todo: 'Start RabbitMQ, or mend the way to it.',
  },
  'broker.subscribe_failed': {
    level: 'warn',
    fields: ['queue', 'reason'],
    lasts: true,
    meaning: 'A queue could not be consumed yet; it is tried again.',
  },
  'broker.subscribed_again': {
    level: 'info',
    fields: ['queue'],
    meaning: 'A queue is consumed again.',
  },
  'broker.unblocked': {
    level: 'info',
    fields: ['link'],
    meaning: 'RabbitMQ takes messages again.',
  },
  'closing.made': {
    level: 'info',
    fields: ['month'],
    meaning: 'The closing of a month was made.',
  },
  'closing.waits': {
    level: 'warn',
    fields: ['month', 'code', 'message'],
    lasts: true,
    meaning: 'The closing of a month could not be made yet; it is tried again.',
  },
  'data_folder.narrowed': {
    level: 'warn',
    fields: ['narrowed'],
    meaning: 'Files of the data folder were open to other users, and are no more.',
    todo: 'Nothing; STOCKBUS_UMASK opens them to a group.',
  },
  'dead.kept': {
    level: 'warn',
    fields: ['id', 'flow', 'messageId', 'code', 'records'],
    meaning: 'A dead letter was moved from the broker into the store, where it can be found.',
    todo: 'See `stockbus dead show ID`; once the other side takes it, `stockbus dead replay ID`.',
  },
  'dead.waits': {
    level: 'warn',
    fields: ['letters', 'code', 'message'],
    lasts: true,
    meaning:
      'Dead letters could not be moved into the store; they stay in the broker, and it is tried again.',
  },
  'deliver.dead': {
    level: 'error',
    fields: ['flow', 'code', 'message', 'attempt'],
    meaning: 'What a subscriber was to be told went to the dead letters.',
    todo: 'Mend the endpoint or the flow, and send it again.',
  },
  'deliver.expired': {
    level: 'warn',
    fields: ['flow', 'records'],
    meaning: 'Records had waited longer than the flow’s `expire`, and were not sent.',
  },
  'deliver.paused': {
    level: 'info',
    fields: ['flow', 'waitMs'],
    meaning: 'The pace of a flow is used up; the rest waits in its queue.',
  },
  'deliver.refused': {
    level: 'error',
    fields: ['flow', 'event', 'code', 'message'],
    meaning: 'The steps of a subscription refused an event; its batch lies among the dead letters.',
    todo: 'Correct the flow, and send it again.',
  },
  'deliver.retry': {
    level: 'warn',
    fields: ['flow', 'code', 'message', 'attempt'],
    meaning: 'A subscriber did not take what was sent; it stays in its place and is tried again.',
    todo: 'Nothing, unless it goes on: then see stockbus endpoints.',
  },
  'deliver.unsettled': {
    level: 'warn',
    fields: ['flow', 'code', 'message', 'attempt', 'broker'],
    lasts: true,
    meaning: 'What became of a delivery could not be told to the broker; it comes again.',
  },
  'deliver.waits': {
    level: 'warn',
    fields: ['flow', 'message'],
    lasts: true,
    meaning: 'A queue cannot be consumed again yet.',
  },
  'endpoint.backing_off': {
    level: 'warn',
    fields: ['flow', 'code', 'message', 'nextProbe'],
    meaning:
      'A subscriber takes nothing: all that is for it waits in order, and it is asked by one batch at a time.',
    todo: 'As the code says.',
  },
  'endpoint.paused': {
    level: 'error',
    fields: ['flow', 'code', 'message', 'by', 'reason'],
    meaning:
      'Nothing is sent to a subscriber any more: a person said so, it is gone (410), or it has failed for as long as its flow allows. All that is for it waits.',
    todo: 'Mend what the reason says, then stockbus endpoints resume NAME.',
  },
  'endpoint.recovered': {
    level: 'info',
    fields: ['flow', 'since', 'attempts'],
    meaning: 'A subscriber takes again what it is sent; what waited follows in order.',
  },
  'endpoint.unread': {
    level: 'warn',
    fields: ['flow', 'code', 'message'],
    lasts: true,
    meaning:
      'It could not be read whether others paused or resumed a subscriber; it is looked again.',
  },
  'endpoint.unsaved': {
    level: 'warn',
    fields: ['flow', 'code', 'message'],
    lasts: true,
    meaning: 'What is known of a subscriber could not be written; this process goes on by it.',
  },
  'endpoint.waits': {
    level: 'warn',
    fields: ['flow', 'state', 'since', 'message', 'nextProbe'],
    meaning: 'A hub that starts finds a subscriber that takes nothing, or is paused.',
    todo: 'See stockbus endpoints.',
  },
  'enrich.circuit': {
    level: ['info', 'warn'],
    fields: ['connector', 'state', 'failures'],
    meaning:
      'A system that flows ask is left alone (open), tried once (half-open), or asked again (closed).',
    todo: 'Open: mend that system; what asked it waits.',
  },
  'enrich.failed': {
    level: 'warn',
    fields: ['connector', 'code', 'message'],
    lasts: true,
    meaning: 'A system that flows ask did not answer; what asked comes again.',
    todo: 'Mend that system.',
  },
  'events.reader_cut': {
    level: 'warn',
    fields: ['code', 'message'],
    meaning:
      'A reader of /v1/events took nothing for too long and was cut; he can go on from where he was.',
  },
  'events.waits': {
    level: 'warn',
    fields: ['code', 'message'],
    lasts: true,
    meaning: 'Readers of /v1/events wait for the store, which is away; it is asked again.',
  },
  'flow.gone': {
    level: 'warn',
    fields: ['flow', 'since', 'code', 'message', 'todo'],
    meaning:
      'A flow is in no file any more, and something of it is left, with what waits there. Its queue gets no more events.',
    todo: 'Put the file back, or `stockbus flows retire NAME`.',
  },
  'flow.left_out': {
    level: 'error',
    fields: ['flow', 'faults', 'todo'],
    meaning: 'A flow has faults, and the hub runs without it.',
    todo: 'Correct what `stockbus lint` shows, then `stockbus reload`.',
  },
  'flow.not_paused': {
    level: 'error',
    fields: ['flow', 'code', 'message', 'reason'],
    meaning:
      'A fault is fatal for a flow, and the store did not take that it is paused; it goes on.',
    todo: 'Mend what the message says.',
  },
  'flow.paused': {
    level: 'warn',
    fields: ['flow', 'by', 'reason', 'code'],
    meaning:
      'A flow does nothing any more: a person said so, or, where it has a code, a fault that no waiting mends. What is for it waits.',
    todo: 'Mend what the reason says, then `stockbus flows resume NAME`.',
  },
  'flow.pauses_unknown': {
    level: 'debug',
    fields: ['code', 'message'],
    meaning: 'It could not be read which flows are paused; each stays as it is.',
  },
  'flow.resumed': {
    level: 'info',
    fields: ['flow'],
    meaning: 'A flow that was paused runs again.',
  },
  'flow.retired': {
    level: 'info',
    fields: ['flow', 'deployment', 'by', 'became'],
    meaning:
      'What a flow that is gone had left was removed: what waited went to the dead letters (drain), or is lost (remove).',
  },
  'flow.source_gone': {
    level: 'warn',
    fields: ['code', 'message', 'at', 'todo'],
    meaning: 'A flow that has booked is no longer there under its name.',
    todo: 'Give the flow its old name back, or `source:`; else what it sent may be booked twice.',
  },
  'flow.start_failed': {
    level: 'error',
    fields: ['flow', 'part', 'code', 'message', 'todo'],
    meaning:
      'A source, a sink, a stage or a report of a flow cannot start; it is tried again with growing waits, and told once a minute. Other flows run.',
    todo: 'Do what the fault says; nothing has to be restarted.',
  },
  'flow.start_succeeded': {
    level: 'info',
    fields: ['flow', 'part'],
    meaning: 'What could not start before runs now.',
  },
  'flow.stop_failed': {
    level: 'error',
    fields: ['flow', 'phase', 'message'],
    meaning: 'A part of a flow could not be stopped as it should; what it had in hand comes again.',
  },
  'folder.claims_found': {
    level: 'info',
    fields: ['connector', 'flow', 'resumed', 'others'],
    meaning: 'Files that were being read when a hub ended are read again.',
  },
  'folder.file_failed': {
    level: 'error',
    fields: ['connector', 'flow', 'file', 'intakeId', 'code', 'message', 'at', 'todo'],
    meaning:
      'A file, or all of it after a place, could not be taken; it lies in `failed/` with the reason.',
    todo: 'Correct it and put it into the folder again: nothing is booked twice.',
  },
  'folder.file_grew': {
    level: 'error',
    fields: ['connector', 'flow', 'file', 'intakeId', 'again', 'readBytes', 'sizeBytes', 'todo'],
    meaning: 'A file grew after it was taken, and is taken again.',
    todo: 'Have the sender rename the file when it is complete, write a marker, or raise `settle`.',
  },
  'folder.file_refused': {
    level: 'error',
    fields: ['connector', 'flow', 'code', 'message', 'todo'],
    meaning: 'A file has a name that cannot be taken; it stays where it is.',
    todo: 'Rename it.',
  },
  'folder.file_retried': {
    level: 'warn',
    fields: ['connector', 'flow', 'file', 'intakeId', 'code', 'message', 'at', 'todo'],
    lasts: true,
    meaning: 'A file waits until what is wrong with the world is over.',
    todo: 'Mend what the code names.',
  },
  'folder.file_taken': {
    level: 'info',
    fields: ['connector', 'flow', 'file', 'intakeId'],
    meaning: 'A file was taken in and archived.',
  },
  'folder.file_unwanted': {
    level: 'warn',
    fields: ['connector', 'flow', 'file', 'why', 'pattern', 'todo'],
    meaning: 'No flow takes this file; told once.',
    todo: 'Rename it, or give a flow a pattern that matches.',
  },
  'folder.move_failed': {
    level: 'error',
    fields: ['connector', 'flow', 'code', 'message', 'at', 'todo'],
    lasts: true,
    meaning: 'A file that was read could not be put away; it is tried again.',
    todo: 'Look at the rights and the room of the folder.',
  },
  'folder.readable_again': {
    level: 'info',
    fields: ['connector', 'flow'],
    meaning: 'A folder can be read again.',
  },
  'folder.unreadable': {
    level: 'error',
    fields: ['connector', 'flow', 'code', 'message', 'at', 'todo'],
    meaning: 'A folder cannot be read.',
    todo: 'Look whether it is there, is mounted, and may be read.',
  },
  'folder.watch_failed': {
    level: 'warn',
    fields: ['connector', 'flow', 'reason'],
    meaning: 'Changes of a folder are not told by the system; it is looked at every `rescan`.',
  },
  'gap.not_looked': {
    level: 'debug',
    fields: ['code', 'message'],
    meaning: 'It could not be looked for batches that did not come; it is done again.',
  },
  'history.keeps': {
    level: 'warn',
    fields: ['code', 'message'],
    lasts: true,
    meaning: 'What is older than `history.keep` could not be forgotten; it is tried again.',
  },
  'history.unwritten': {
    level: 'warn',
    fields: ['code', 'message'],
    lasts: true,
    meaning:
      'What became of payloads and calls could not be noted yet. It is tried again; nothing else depends on it.',
  },
  'http.defect': {
    level: 'error',
    fields: ['instance', 'path', 'stack'],
    meaning: 'A request ended in a defect; its answer has the same `instance`.',
    todo: 'Report it with the stack.',
  },
  'http.key_use_not_noted': {
    level: 'warn',
    fields: ['key', 'code', 'message'],
    lasts: true,
    meaning: 'When a key or a session was used last could not be noted; the request was answered.',
  },
  'http.sign_in_failed': {
    level: 'warn',
    fields: ['address', 'name'],
    meaning:
      'Somebody signed in by a name and a password that do not belong together. Whether there is such a user is not said.',
    todo: 'Nothing, unless it goes on: then somebody guesses, from that address or about that name.',
  },
  'http.tls_not_renewed': {
    level: 'error',
    fields: ['code', 'message'],
    meaning:
      'A reload found a certificate that cannot be used; the hub goes on with the one that it has.',
    todo: 'Mend the files at `http.tls` of config/hub.yaml, then reload again before that one expires.',
  },
  'hub.listening': {
    level: 'info',
    fields: ['address'],
    meaning: 'The HTTP interface answers; the hub is ready with `hub.started`.',
  },
  'hub.reload_failed': {
    level: 'error',
    fields: ['code', 'message', 'todo'],
    meaning: 'The folder could not be read anew; the hub runs on as it was.',
    todo: 'Correct what `stockbus lint` shows, then `stockbus reload`.',
  },
  'hub.reloaded': {
    level: ['info', 'warn'],
    fields: ['flows', 'faults', 'needsRestart'],
    meaning:
      'The folder was read anew: what became of each flow, which faults keep some as they were, and which settings wait for a restart.',
    todo: 'Where `faults` has some: correct them, then `stockbus reload`.',
  },
  'hub.started': {
    level: 'info',
    fields: ['pair', 'roles', 'flows', 'data', 'address'],
    meaning: 'The hub runs.',
  },
  'hub.stopped': {
    level: 'info',
    fields: [],
    meaning: 'The hub has ended, with all work in hand finished or given back.',
  },
  'hub.stopping': {
    level: 'info',
    fields: ['signal'],
    meaning: 'The hub was told to end.',
  },
  'hub.thread_again': {
    level: 'info',
    fields: [],
    meaning: 'The thread that books works again.',
  },
  'hub.thread_died': {
    level: 'error',
    fields: ['code', 'message'],
    meaning: 'The thread that books ended, and begins again; what it had in hand comes again.',
    todo: 'Report it, unless it ran out of memory.',
  },
  'hub.thread_failed': {
    level: 'error',
    fields: ['code', 'message', 'at', 'todo'],
    meaning: 'The thread that books could not be ended well.',
    todo: 'Nothing: what it had in hand comes again.',
  },
  'hub.waits': {
    level: 'warn',
    fields: ['code', 'message', 'todo'],
    meaning:
      'The hub is starting, and waits for its broker or its store; told at first and once a minute.',
    todo: 'Start that server, or correct its address and start the hub again.',
  },
  'intake.done': {
    level: 'info',
    fields: [
      ...['intakeId', 'flow', 'name', 'redelivered', 'records', 'filtered', 'droppedParts'],
      ...['passedOver', 'messages', 'handed', 'parked'],
    ],
    meaning:
      'A payload was taken in: how many records it had, and what became of them. `redelivered` where it had been offered before.',
    todo: 'Where `parked` is not 0: `stockbus parked list --flow FLOW`.',
  },
  'intake.told': {
    level: 'warn',
    fields: ['intakeId', 'flow', 'code', 'message', 'at', 'todo'],
    meaning: 'Something about a payload that refuses nothing and may be a mistake.',
    todo: 'As it says; `allow: [CODE]` in the flow silences it.',
  },
  'lease.waits': {
    level: 'warn',
    fields: ['name', 'code', 'message'],
    lasts: true,
    meaning:
      'A lease could not be renewed or given back; another process takes it over once its time is over.',
  },
  'mail.passed_over': {
    level: 'warn',
    fields: ['connector', 'flow', 'from', 'subject', 'uid', 'reason'],
    meaning:
      'A mail was not taken in: nobody allowed its sender, who may be a stranger, and it stays as it is; or it has no attachment of the name asked for, and is done with.',
    todo: 'Where it should have been, add the sender to `senders` or correct `attachments`, and move a copy of the mail into the folder.',
  },
  'mail.recipient_refused': {
    level: 'warn',
    fields: ['connector', 'recipient', 'reason'],
    meaning: 'Of several recipients of a mail one was refused for good; the others have it.',
    todo: 'Correct the address in the flow.',
  },
  'parked.file_left': {
    level: 'warn',
    fields: ['id', 'file', 'code', 'message'],
    meaning:
      'A file that was refused is taken in by now, and could not be moved from `failed/` into the archive.',
    todo: 'Move it away by hand.',
  },
  'parked.forgotten': {
    level: 'info',
    fields: ['what', 'count'],
    meaning:
      'Parked records or dead letters that were closed long ago, or too many, were forgotten.',
  },
  'parked.keeper_failed': {
    level: 'warn',
    fields: ['code', 'message'],
    lasts: true,
    meaning: 'What looks after parked records and dead letters failed; it is tried again.',
  },
  'parked.quota': {
    level: ['warn', 'error'],
    fields: ['what', 'open', 'kept', 'most'],
    meaning:
      'Four fifths of the parked records or dead letters that are kept are there; as an error: so many wait for a person.',
    todo: 'Work on them (`stockbus parked groups`), or raise `parked.most` or `dead.most` in config/hub.yaml.',
  },
  'parked.replay_waits': {
    level: 'warn',
    fields: ['id', 'code', 'message'],
    lasts: true,
    meaning: 'A parked record that was to be sent again could not be, for now; it is tried again.',
  },
  'period.closed': {
    level: 'warn',
    fields: ['through', 'told', 'source', 'messageId'],
    meaning: 'The books were closed although something stood in the way that refuses nothing.',
    todo: 'See what it tells.',
  },
  'poll.failed': {
    level: 'warn',
    fields: ['connector', 'flow', 'place', 'code', 'message', 'at', 'todo'],
    lasts: true,
    meaning:
      'A look at another system failed: it is away, refuses, or answers nonsense. It is looked again with growing waits, from where the last look came to an end. From the third on the flow is shown as failed.',
    todo: 'Do what the fault says; nothing has to be restarted.',
  },
  'poll.succeeded': {
    level: 'info',
    fields: ['connector', 'flow', 'place'],
    meaning: 'After looks that failed one went well again.',
  },
  'process.defect': {
    level: 'error',
    fields: ['message', 'stack', 'ends'],
    meaning:
      'A failure in a place where nobody waits for its outcome. What was in hand comes again: to the hub, which goes on, or, where `ends` says so, to the next.',
    todo: 'Report it. Where `ends` is true it is a defect, and who supervises the hub has to start it anew.',
  },
  'process.warning': {
    level: 'warn',
    fields: ['name', 'code', 'message'],
    meaning: 'Node, or a package that the hub uses, warns of something.',
  },
  'producer.unread': {
    level: 'warn',
    fields: ['code', 'message'],
    lasts: true,
    meaning:
      'What a process says that it published cannot be read; nothing is known to be missing of it.',
    todo: 'Have all hubs run the same version.',
  },
  'producer.unsaid': {
    level: 'warn',
    fields: ['code', 'message'],
    lasts: true,
    meaning: 'What this process has published could not be noted in the store; it is said again.',
  },
  'recost.failed': {
    level: 'error',
    fields: ['sku', 'code', 'message'],
    meaning: 'A SKU could not be costed anew; it is tried again.',
    todo: 'Report it; `stockbus recosts` shows from when on its values are not final.',
  },
  'recost.waits': {
    level: 'warn',
    fields: ['code', 'message'],
    lasts: true,
    meaning: 'The database keeps SKUs from being costed anew; it is tried again.',
  },
  'relay.held': {
    level: 'error',
    fields: ['record', 'topic', 'events', 'code', 'message', 'at', 'todo'],
    meaning: 'A record of the outbox cannot be sent for what it says; others pass it.',
    todo: 'As the code says; it is tried every ten minutes.',
  },
  'relay.keeps_events': {
    level: 'warn',
    fields: ['code', 'message'],
    lasts: true,
    meaning: 'Events older than `events.keep` could not be forgotten yet.',
  },
  'relay.waits': {
    level: 'warn',
    fields: ['code', 'message'],
    lasts: true,
    meaning: 'Events cannot be handed to the broker; they wait in the outbox.',
    todo: 'Mend what the code names; nothing is lost meanwhile.',
  },
  'report.failed': {
    level: 'error',
    fields: ['flow', 'code', 'message', 'attempt'],
    meaning: 'A report could not be written.',
    todo: 'Mend what the code names, then `stockbus run FLOW`.',
  },
  'report.known_at': {
    level: 'info',
    fields: ['flow', 'knownAt'],
    meaning: 'A report has all that was known at this moment.',
  },
  'report.left': {
    level: 'info',
    fields: ['flow', 'due'],
    meaning: 'A report was left to another process, which had taken it over.',
  },
  'report.missed': {
    level: 'warn',
    fields: ['flow', 'since', 'until', 'runs'],
    meaning:
      'Runs of a report that were due while no hub was at work are not made up for, as its `catch-up` says.',
    todo: 'Where one is needed: `stockbus run FLOW --on DAY`.',
  },
  'report.refused': {
    level: 'error',
    fields: ['flow', 'code', 'message'],
    meaning: 'The steps of a report refused a row, which it does not have.',
    todo: 'Correct the flow, then `stockbus run FLOW`.',
  },
  'report.retry': {
    level: 'warn',
    fields: ['flow', 'code', 'message', 'attempt'],
    meaning: 'A report could not be written yet; it is tried again.',
  },
  'report.waits': {
    level: 'warn',
    fields: ['flow', 'code', 'message'],
    lasts: true,
    meaning:
      'It could not be seen whether a report is due; it is looked again, and none is missed.',
  },
  'report.written': {
    level: 'info',
    fields: ['flow', 'due'],
    meaning: 'A report was written.',
  },
  'sftp.read_resumed': {
    level: 'warn',
    fields: ['file', 'readBytes', 'message'],
    meaning:
      'The connection to an SFTP server broke while a file was read; it is read on over another.',
    todo: 'Nothing, unless it is frequent.',
  },
  'spool.leftover': {
    level: 'warn',
    fields: ['name', 'reason'],
    meaning: 'A file that a hub left in its spool folder could not be removed.',
    todo: 'Remove it.',
  },
  'sql.overlap_short': {
    level: 'warn',
    fields: ['connector', 'flow', 'rows', 'since'],
    meaning:
      'So many rows of a polled database were changed within the overlap that not all can be remembered: only those since this time are read again.',
    todo: 'Set a shorter `overlap`; what was committed late and before that time is not found.',
  },
  'stage.dead': {
    level: 'error',
    fields: ['stage', 'code', 'message'],
    meaning: 'A message for a stage is none, or cannot be taken, and went to the dead letters.',
    todo: 'As the code says.',
  },
  'stage.gone': {
    level: 'warn',
    fields: ['code', 'message', 'at', 'todo'],
    meaning: 'Records wait in a step that no flow has any more.',
    todo: 'Put the step back, or `stockbus waiting release STAGE`, which parks them.',
  },
  'stage.held': {
    level: 'error',
    fields: ['stage', 'code', 'message'],
    meaning: 'What left a stage cannot be read by this version; the rest passes it.',
    todo: 'Run the version that wrote it.',
  },
  'stage.not_measured': {
    level: 'debug',
    fields: ['code', 'message'],
    meaning: 'What waits in stages could not be counted.',
  },
  'stage.put_off': {
    level: 'warn',
    fields: ['stage', 'code', 'message'],
    lasts: true,
    meaning: 'What left a stage cannot go on yet; it is tried again, others pass it.',
    todo: 'Mend what the code names.',
  },
  'stage.refused': {
    level: 'warn',
    fields: ['stage', 'code', 'message'],
    meaning: 'A record was parked by a stage.',
    todo: 'See `stockbus parked list`.',
  },
  'stage.unread': {
    level: 'error',
    fields: ['stage', 'code', 'message'],
    meaning: 'What is kept under a key of a stage cannot be read by this version; others pass it.',
    todo: 'Run the version that wrote it.',
  },
  'stage.waits': {
    level: ['warn', 'error'],
    fields: ['stage', 'code', 'message'],
    lasts: true,
    meaning: 'A stage cannot go on; it is tried again.',
    todo: 'Mend what the code names.',
  },
  'store.floor_kept': {
    level: 'debug',
    fields: ['reason'],
    meaning: 'This process could not raise its line of what is final; it is tried again.',
  },
  'store.lease_kept': {
    level: 'warn',
    fields: ['reason'],
    meaning:
      'The right to bring the database up to date could not be given back; it ends by itself.',
  },
  'store.migrated': {
    level: 'info',
    fields: ['file', 'from', 'to'],
    meaning: 'The books are up to date.',
  },
  'store.migrating': {
    level: 'info',
    fields: ['file', 'version', 'from', 'to', 'about'],
    meaning: 'The books of an older version are brought up to date, a step at a time.',
    todo: 'Wait. There is no way back but a backup.',
  },
  'store.migration_awaited': {
    level: 'info',
    fields: [],
    meaning: 'Another process brings the books up to date; this one waits for it.',
  },
  'store.sessions_kept': {
    level: 'debug',
    fields: ['reason'],
    meaning: 'The session of this process could not be given back; the next finds it dead.',
  },
  'sweep.waits': {
    level: 'warn',
    fields: ['code', 'message'],
    lasts: true,
    meaning:
      'Reservations whose time is over could not be given back yet; they count as expired all the same.',
  },
} as const satisfies Readonly<Record<string, LogEventSpec>>;

export type LogEvent = keyof typeof logEvents;
