/**
 * Errors are data: a stable code, what happened, where, and what to do. `codes` is the one table of
 * all of them; `docs/errors.md` is generated from it. A code is never renamed or used again for
 * something else.
 */

export interface CodeSpec {
  /** What it means, for somebody who meets it the first time. */
  readonly meaning: string;
  /** What to do about it. */
  readonly todo: string;
  /** True where the same attempt can succeed later without anybody correcting anything. */
  readonly retryable: boolean;
  /** HTTP status with which the API answers. */
  readonly status: number;
  /** True where nothing that is booked can be wrong by it: it is told, and a flow may `allow` it. */
  readonly hint?: true;
  /** True where each attempt is in vain, or does harm, until a person has acted: the flow that takes in is paused. */
  readonly fatal?: true;
  /** True where a call is refused for what it holds: the same without that may go. */
  readonly ofContent?: true;
  /** True of a refusal that a flow may `allow`, as one that means what is doubted. */
  readonly mayAllow?: true;
}

const bad = (meaning: string, todo: string, status = 422): CodeSpec => ({
  meaning,
  todo,
  retryable: false,
  status,
});
const passing = (meaning: string, todo: string, status = 503): CodeSpec => ({
  meaning,
  todo,
  retryable: true,
  status,
});

/** As `passing`, but for a person to act on first. */
const fatal = (meaning: string, todo: string): CodeSpec => ({
  ...passing(meaning, todo),
  fatal: true,
});

/** Of a call that is sent: what is refused alone is a dead letter, and all else of it goes. */
const ofContent = (meaning: string, todo: string, status = 422): CodeSpec => ({
  ...bad(meaning, todo, status),
  ofContent: true,
});

/** Told once and never refused; `allow: [CODE]` in a flow silences it. */
const hint = (meaning: string, todo: string): CodeSpec => ({ ...bad(meaning, todo), hint: true });

/** Refused, unless a flow says by `allow: [CODE]` that it means it. */
const mayAllow = (meaning: string, todo: string): CodeSpec => ({
  ...bad(meaning, todo),
  mayAllow: true,
});

export const codes = {
  // Configuration and flows: each is reported with file:line:col, all of them in one run.
  CONFIG_UNREADABLE: bad(
    'A configuration file cannot be read.',
    'Check that the file exists and that this user may read it.',
    500,
  ),
  CONFIG_BAD_ENCODING: bad(
    'A configuration file, a flow or a table is not UTF-8.',
    'Save the file as UTF-8 (in Excel: "CSV UTF-8").',
    500,
  ),
  CONFIG_FILE_NAME: bad(
    'A file lies among flows or tables whose name is almost, but not quite, one that is read.',
    'Rename it, or move it away.',
    500,
  ),
  CONFIG_FILE_PASSED_OVER: hint(
    'A flow or table lies in a folder inside flows/ or config/tables/ and is not read.',
    'Move it up if it is meant to run, and out of there if it is not: no flow can allow the code.',
  ),
  CONFIG_SAME_ACCOUNT: hint(
    'Two accounts of the journal are one, so that their postings cannot be told apart.',
    'Give each a number of its own, unless they are meant to be one; no flow can allow the code.',
  ),
  CONFIG_SYNTAX: bad(
    'A YAML file is not well-formed.',
    'Correct the syntax at the place named.',
    500,
  ),
  CONFIG_UNKNOWN_FIELD: bad(
    'A field is not one that this place knows.',
    'Use one of the fields named, or remove it.',
    500,
  ),
  CONFIG_MISSING_FIELD: bad('A required field is missing.', 'Add the field.', 500),
  CONFIG_WRONG_TYPE: bad('A value is of the wrong kind.', 'Write a value of the kind named.', 500),
  CONFIG_BAD_VALUE: bad(
    'A value is out of its bounds or not one of the choices.',
    'Choose a value that is allowed.',
    500,
  ),
  CONFIG_MISSING_VARIABLE: bad(
    'An environment variable that the configuration names is not set.',
    'Set the variable, or NAME_FILE to the path of a file that holds its value, or give a default as ${NAME:-default}.',
    500,
  ),
  CONFIG_UNSAFE_LISTEN: bad(
    'Without an API token or a provider of identities the hub listens on loopback only.',
    'Set STOCKBUS_TOKEN (or http.token, or http.oidc in config/hub.yaml), or listen on 127.0.0.1.',
    500,
  ),
  TLS_UNUSABLE: bad(
    'Certificate and private key cannot be read, or do not fit each other.',
    'See the files at http.tls of config/hub.yaml: both in PEM, the certificate first in its file.',
    500,
  ),
  CONFIG_WEAK_TOKEN: bad(
    'The API token can be guessed, or no client can send it.',
    'Make one with `openssl rand -hex 32`.',
    500,
  ),
  FLOW_UNKNOWN_FIELD: bad(
    'A flow names a field that this place, or the message it makes, does not have.',
    'Use one of the fields named, or remove it.',
    500,
  ),
  FLOW_MISSING_FIELD: bad(
    'No step gives a field that the message needs.',
    'Add the field to the map.',
    500,
  ),
  FLOW_UNKNOWN_STEP: bad(
    'A step is not one that Stockbus knows.',
    'Use one of the steps named.',
    500,
  ),
  FLOW_UNKNOWN_CONNECTOR: bad(
    'A flow names a connector that config/hub.yaml does not have.',
    'Add it under connectors, or use one of those named.',
    500,
  ),
  FLOW_UNKNOWN_CODEC: bad(
    'A flow names a format that Stockbus does not know.',
    'Use one of the formats named.',
    500,
  ),
  FLOW_UNKNOWN_MESSAGE: bad(
    'A flow names a message type that has no schema.',
    'Use one of the message types named.',
    500,
  ),
  FLOW_UNKNOWN_TABLE: bad(
    'A flow looks up in a table that config/tables does not have.',
    'Add config/tables/<name>.csv, or use one of those named.',
    500,
  ),
  FLOW_UNKNOWN_FLOW: bad(
    'A flow names another flow that is not there, or that it can neither wait for nor hand to or take from.',
    'Name a flow into stock of this hub, and the other way round in that one.',
    500,
  ),
  FLOW_UNKNOWN_FUNCTION: bad(
    'An expression calls a function that does not exist.',
    'Use one of the functions named.',
    500,
  ),
  FLOW_BAD_EXPRESSION: bad(
    'An expression cannot be read.',
    'Correct the expression at the place named.',
    500,
  ),
  FLOW_CONSTANT_OR_FIELD: bad(
    'A word is read as a field of the record, and looks as if the text itself was meant.',
    'Write it under const: for the text; for the field, take its quotes off or write $.name.',
    500,
  ),
  FLOW_LINE_FIELD_BESIDE_LINES: bad(
    'A map gives lines, and beside them a field that says of one line what it is or how much.',
    'Move the field into the map of the lines; location, lot, status and the like may stay, for every line without its own.',
    500,
  ),
  FLOW_NO_DIRECTION: bad(
    'Neither end of the flow is a message type, or both are.',
    'Give a message type in `to` (inbound) or in `from` (a subscription).',
    500,
  ),
  FLOW_MISSING_KEY: bad(
    'A flow into stock has no business key, so a replay would book twice.',
    'Add `key:` with an expression that is unique for each document.',
    500,
  ),
  FLOW_BAD_KEY: bad(
    'A key names a field that a step makes, or is built so that a part of it could be lost unseen.',
    'Build it of fields of the record as it was read, joined by & with a separator; $record.name is a field of the mapped record.',
    500,
  ),
  FLOW_KEY_PARTS_TOUCH: hint(
    'Two parts of a key stand side by side, so that 1 and 23 make the same key as 12 and 3.',
    'Put a separator between them, such as & "/" &, or allow the code where each has a fixed length.',
  ),
  FLOW_UNUSED_NAME: hint(
    'A flow gives a name under `let` that nothing in it reads: what should read it may read something else.',
    'Read it, remove it, or allow the code.',
  ),
  FLOW_NUMBER_AS_WRITTEN: hint(
    'A quantity or an amount takes the text of a cell as it is written: where 1.200 means 1200, it becomes 1.2 unseen.',
    'Say with $decimal which mark the numbers have, or allow the code.',
  ),
  FLOW_CHANGES_ON_REPLAY: bad(
    'A key, a filter, a rule or a route reads the clock, or a key reads what `enrich` gave, so that a replay books what the first time did not.',
    'Decide by what the payload says.',
    500,
  ),
  FLOW_CLOCK_IN_DOCUMENT: hint(
    'A document holds the time at which it was read: when the payload comes again, it is parked as ID_CONFLICT.',
    'Read the date from the payload; where it has none, write at: $payload.received, or allow the code.',
  ),
  FLOW_BOOKS_IN_DOCUMENT: hint(
    'A document holds what the books said when it was read (stock, reservations, orders): when the payload comes again, they say otherwise, and it is parked as ID_CONFLICT.',
    'Use it in filters and rules alone, or allow the code: nothing is booked twice by it.',
  ),
  FLOW_HEADER_HIDDEN: hint(
    'A flow reads a header that proves who sends a payload (authorization, cookies, tokens, API keys), which no flow sees.',
    'Have the sender say in another header what the flow is to know, or allow the code.',
  ),
  FLOW_DUPLICATE_NAME: bad(
    'Two files define a flow of the same name.',
    'Rename one of them; the file should be called as the flow.',
    500,
  ),
  FLOW_SAMPLE_PARKED: hint(
    'Something of a sample of a flow, the payload of one of its tests, is parked or refused, and the test does not expect it.',
    'Correct the flow or the sample, expect it in the test, or allow the code.',
  ),
  FLOW_KEY_NOT_UNIQUE: hint(
    'Two messages of one sample of a flow have the same key, so that the payload would be parked (KEY_REPEATED).',
    'Build the key of what tells documents apart, put rows of one document together with `group`, or allow the code.',
  ),
  FLOW_UNREACHED: hint(
    'No sample of a flow reaches a step or a target, or fulfils a condition: it may be one that nothing ever does.',
    'Correct the condition, add a test with a payload that fulfils it, or allow the code.',
  ),
  FLOW_SOURCE_GONE: hint(
    'Documents were booked of a source that no flow has any more, and a flow has booked nothing yet: it may be that flow under a new name, which would book everything again.',
    'Write the old name as `source` in the flow; if it is another flow, allow the code in it.',
  ),
  STAGE_NAME_TAKEN: bad(
    'Two steps that wait are called the same: nobody could tell what waits in which.',
    'Give the newer one a `name`: what waits is found by what its step is called.',
    500,
  ),
  STAGE_GONE: hint(
    'Records wait in a step (await, group across payloads, delay) that no flow has any more: nothing becomes of them.',
    'Put the step back as it was called, or park what waits in it by `stockbus waiting release`; no flow can allow the code.',
  ),
  FLOW_PATTERN_OVERLAPS: bad(
    'Two flows could ingest the same file, each by chance, and book it under two names.',
    'Give them patterns or folders that never meet, or one `source` if they are to share their files.',
    500,
  ),
  FLOW_UNKNOWN: bad('There is no flow of that name.', 'Use one of the flows named.', 404),
  RELOAD_REFUSED: bad(
    'Flows could not be read anew; the hub runs on as it was.',
    'Correct what is named, then reload again; `stockbus lint` shows all of it.',
  ),
  HUB_SILENT: passing(
    'No hub answers at the address of config/hub.yaml.',
    'Start it, or send SIGHUP to one that runs without the role api.',
    503,
  ),
  FLOW_LEFT_OUT: passing(
    'The flow does not run, for its file has faults.',
    'Correct what `stockbus lint` shows, reload the hub, and send it again.',
  ),
  FLOW_GONE: hint(
    'A flow is in no file any more, and something of it is left: a queue, a step in which records wait, the runs of a report.',
    'Put the file back, or say what is to become of what waits by `stockbus flows retire NAME`; no flow can allow the code.',
  ),
  FLOW_NOT_GONE: bad(
    'A flow that is to be retired is in the folder of some hub.',
    'Remove its file and have the hub read the folder anew (`stockbus reload`). Of a deployment that is no more, name it with --of.',
    409,
  ),
  FLOW_NOT_EMPTY: bad(
    'Records wait in a step of a flow that is to be retired, and nobody but a flow could go on with them.',
    'Park them by `stockbus waiting release`, from where they can be sent again; or keep them by --keep.',
    409,
  ),
  DEPLOYMENT_CHANGED: passing(
    'Other hubs of the same deployment note what they run, all the time.',
    'Do it again; where it goes on, give hubs with different flows different names (`name` in config/hub.yaml).',
  ),
  FLOW_PAUSED: passing('The flow is paused.', 'Send it again once the flow is resumed.'),
  FLOW_NOT_PAUSABLE: bad(
    'The flow only goes on with what other flows hand to it, so that it cannot stop by itself.',
    'Pause those that hand to it; where it sends, pause its endpoint (`stockbus endpoints pause`).',
    409,
  ),
  FLOW_NOT_INBOUND: bad(
    'The flow does not take payloads; it sends them.',
    'Send to a flow whose `to` is a message type.',
    409,
  ),
  TABLE_BAD: bad(
    'A look-up table is malformed.',
    'Give it a header row and unique keys in the first column.',
    500,
  ),

  // Payloads: each is reported with file, row and field; the row is parked, the others go on.
  PAYLOAD_GREW: passing(
    'The sender wrote more to a file while it was being ingested.',
    'Have the sender rename the file when it is complete; it is ingested again by itself, as it is now.',
  ),
  PAYLOAD_HELD: passing(
    'A payload that came before this one, in the same folder, could not be published yet.',
    'Nothing: both are offered again, in their order. The error of the one in front says what is wrong.',
  ),
  TEXT_BAD_ENCODING: bad(
    'Bytes are not valid in the encoding that is stated, or that encoding is not read.',
    'State the right encoding under `read`, or have the sender write UTF-8.',
  ),
  TEXT_NOT_ENCODABLE: bad(
    'What is to be written has a character that the encoding of `write` does not have.',
    'Write UTF-8, say under `write: csv: replace` what is to stand for such characters, or change the text in the flow.',
  ),
  ENCODING_CONFLICT: mayAllow(
    'Two of these contradict each other: the encoding of the flow, `charset=` of the content type, a byte order mark, an XML declaration, the bytes. A text is UTF-8 where all its bytes beyond ASCII are, whatever single-byte encoding is stated.',
    'Correct the one that is wrong. A flow that means what its bytes contradict may allow the code: a stated single-byte encoding is read then, though the text is UTF-8.',
  ),
  PAYLOAD_TOO_LARGE: ofContent(
    'A payload or record is larger than its bound.',
    'Split it, or raise the bound.',
    413,
  ),
  PAYLOAD_EMPTY: bad('The payload holds no record.', 'Check what the sender wrote.'),
  PACKED_BROKEN: bad(
    'A compressed payload or an archive is cut short, damaged, or not packed in the way that the flow states; nothing of it is ingested.',
    'Have the sender send it again; if it opens elsewhere, correct `read: unpack`. What comes under `content-encoding` over HTTP is unpacked before the flow sees it.',
  ),
  PACKED_TOO_LARGE: bad(
    'A compressed payload or an archive grows to more than its bound; nothing of it is ingested.',
    'Send it in parts, or uncompressed; where nobody meant to send so much, ask who sent it.',
    413,
  ),
  PACKED_NO_ENTRY: bad(
    'An archive has no entry that the flow reads.',
    'Correct `read: unpack: zip: entries`, or what the sender packs.',
  ),
  PACKED_UNREADABLE: bad(
    'An entry of an archive is encrypted, or packed in a way that is not read.',
    'Have the sender pack it with Deflate or Store, without a password.',
  ),
  CSV_RAGGED_ROW: bad(
    'A row has more or fewer cells than the header.',
    'Correct the row; a delimiter inside a cell needs quotes.',
  ),
  CSV_OPEN_QUOTE: bad(
    'A quote is opened and never closed.',
    'Close the quote, or double it if it belongs to the text.',
  ),
  CSV_BAD_QUOTE: bad(
    'Text stands between a closing quote and the delimiter.',
    'Double the quotes that belong to the text.',
  ),
  CSV_STRAY_CHARACTER: bad(
    'A carriage return, line feed or byte order mark stands outside of quotes where it ends no line.',
    'Put the cell into quotes, or take the character out.',
  ),
  CSV_BAD_HEADER: bad(
    'The header cannot be used.',
    'Give every column a name of its own, or list them under `read: csv: columns`.',
  ),
  CSV_MISSING_COLUMN: bad(
    'The payload has no column of a name that the flow reads; nothing of it is ingested.',
    'Have the sender restore the column; if the text was meant and no column, write it under const: in the map, or inside of an expression in quotes of its own; if the column may be missing, name it under `read: csv: optional: [...]`.',
  ),
  CSV_FOOTER: bad(
    'The payload does not end in the footer that the flow expects, or that states another number of rows; nothing of it is ingested.',
    'Have the sender send it again: it was cut short. If it is whole, correct `footer` under `read`.',
  ),
  CSV_ROW_KIND: bad(
    'A row of CSV, or a line of fixed width, is of no kind that `rows` names, or stands below no row of the kind above it.',
    'Correct the row; name what is no row under `ignore` or `footer`.',
  ),
  CSV_NOTHING_TO_FILL: bad(
    'An empty cell is to have the value of the row before, and there is none, or that row could not be read.',
    'Write the value into the cell, or correct the row before it in the original and send that again.',
  ),
  FIXED_BAD_NUMBER: bad(
    'A field of fixed width that is a number holds something else.',
    'Correct the line; if the field begins elsewhere, or has a written point, correct `read: fixed`.',
  ),
  FIXED_SHORT_ROW: bad(
    'A line of fixed width ends within a number.',
    'Have the sender send the line whole: what is left of the number would be another.',
  ),
  FIXED_HEADER: bad(
    'A payload of fixed width does not begin with the header that the flow expects, or that states another number of lines; nothing of it is ingested.',
    'Have the sender send it again. If it is whole, correct `read: fixed: header`.',
  ),
  FIXED_DOES_NOT_FIT: bad(
    'A value has no room in its field of fixed width; nothing is cut off.',
    'Give the field more characters under `write: fixed: fields`, or change the value in the flow.',
  ),
  XLSX_BROKEN: bad(
    'A workbook cannot be read, or is none; nothing of it is ingested.',
    'Open it in a spreadsheet and save it as .xlsx; a .csv or .xls that was renamed is no workbook.',
  ),
  XLSX_NO_SHEET: bad(
    'A workbook has no sheet of the name or number that the flow reads.',
    'Name one of its sheets under `read: xlsx: sheet`.',
  ),
  XLSX_BAD_CELL: bad(
    'A cell that the flow reads is an error (#N/A), a formula without a result, or no number or date though it says so.',
    'Correct the cell, or have the workbook calculated and saved by a spreadsheet.',
  ),
  PARQUET_BAD_CELL: bad(
    'A field is not of the type that its column in a Parquet file has, or has more digits than that; nothing is sent.',
    'Say under `write: parquet: columns` what the column is, or correct the step that makes the field.',
  ),
  JSON_SYNTAX: bad('The JSON is not well-formed.', 'Correct the syntax at the place named.'),
  JSON_NOT_RECORDS: bad(
    'The JSON holds neither an object nor an array of objects where records are expected.',
    'Point `read: json: records` at the array of records.',
  ),
  JSON_DUPLICATE_KEY: bad(
    'An object names the same key twice with different values.',
    'Have the sender write each key once.',
  ),
  XML_SYNTAX: bad('The XML is not well-formed.', 'Correct the document at the place named.'),
  XML_DTD_REFUSED: bad(
    'The XML carries a document type declaration; these are never read.',
    'Have the sender leave out the DOCTYPE. One without an internal subset is passed over where the flow says `read: xml: doctype: ignore`.',
  ),
  XML_NO_RECORDS: bad(
    'The XML holds no element of the record name.',
    'Point `read: xml: record` at the element that repeats.',
  ),
  XML_WRONG_ROOT: bad(
    'The root element of the XML is another than the flow reads; nothing of it is ingested.',
    'Send the document to the flow that reads it, or mend `read: xml: root`.',
  ),
  ENVELOPE_LATE: bad(
    'What the flow keeps from around the records stands behind a record that needs it; nothing of the payload is ingested.',
    'Have the sender write it before the records, or leave it out of `envelope`.',
  ),
  NESTING_TOO_DEEP: bad(
    'The payload is nested deeper than any real document.',
    'Check what the sender wrote.',
  ),

  // Steps and canonical messages.
  EXPR_FAILED: bad(
    'An expression failed over this record.',
    'Correct the record or the expression.',
  ),
  EXPR_NOT_TEXT: bad(
    'A list or an object stands where a text is wanted, such as an XML element that has attributes.',
    'Name the field or the element that is meant; the text of an XML element, with attributes or without, is `$text(No)`.',
  ),
  EXPR_NOT_DECIMAL: bad(
    'A value is not a decimal number.',
    'Correct the value, or tell $decimal which decimal mark it has.',
  ),
  EXPR_NOT_DATE: bad(
    'A value is not a date of the stated pattern.',
    'Correct the value, or give $date the pattern it has.',
  ),
  GS1_BAD_KEY: bad(
    'A text is not the key of GS1 that is wanted: no GTIN, GLN, SSCC or other.',
    'Correct it where it comes from, or filter out what has no such key.',
  ),
  GS1_CHECK_DIGIT: bad(
    'The check digit of a GTIN, GLN, SSCC or another key of GS1 is wrong: it was mistyped or read wrongly.',
    'Correct the key where it comes from.',
  ),
  GS1_BAD_ELEMENT: bad(
    'A scan cannot be read as GS1 elements, or one of them is not as the standard has it: its length, its characters or its date.',
    'Scan it again; where elements run into each other, have the scanner send its symbology identifier and FNC1 as GS (U+001D).',
  ),
  GS1_BAD_EVENT: bad(
    'The hash ID of an EPCIS event cannot be computed.',
    'Give the event its type, and $epcisHash the namespaces of its fields.',
  ),
  FILTER_UNDECIDED: bad(
    'A filter, a route or a rule is neither true nor false, since a field that it needs is missing, or since it compares a text with a number.',
    'Ask for the field first: `$exists(field) and …`. A filter may say `missing: drop` or `missing: keep` instead. What is compared must be of one kind: `$text(qty) = "5"`, or `qty = 5`.',
  ),
  SPLIT_HIDES: bad(
    'An element of a list that is split has a field that the record around it has, too, and would hide it.',
    'Name the record around it, `split: { path: items, parent: order }`, and read its fields as `order.id`.',
  ),
  SPLIT_SUM_DIFFERS: bad(
    'The parts of what is split do not add up to the quantity that it has as a whole.',
    'Have the sender correct the quantities.',
  ),
  EXPR_RUNAWAY: bad(
    'An expression takes more steps than its record allows, or makes more than is kept in memory.',
    'Simplify the expression: no loop without end, lists joined with $join instead of one text that grows.',
  ),
  LOOKUP_NOT_FOUND: bad(
    'A table has no row of that key.',
    'Add the row to config/tables, or correct the record.',
  ),
  ENRICH_NOT_FOUND: bad(
    'What a record is to be enriched from has nothing by that name.',
    'Correct the record, add what is missing, or say `missing: keep` or `missing: drop` in the step.',
  ),
  ENRICH_REFUSED: bad(
    'The system that a record is to be enriched from refuses the question, or its answer is of no use.',
    'Correct the record or the `path` of the step; the message says what was answered.',
  ),
  ENRICH_DENIED: fatal(
    'The system that records are to be enriched from does not accept the credentials of the hub: asked again and again it may lock them.',
    'Correct the credentials in config/hub.yaml, reload the hub, then `stockbus flows resume NAME`. Nothing is parked; files wait, and senders are told to come again.',
  ),
  ENRICH_FAILED: passing(
    'The system that records are to be enriched from gave no answer.',
    'Look at that system, and at its address and its credentials in config/hub.yaml. Nothing is parked; the hub tries again.',
  ),
  ENRICH_PAUSED: passing(
    'The system that records are to be enriched from failed several times, and is asked again after a pause.',
    'Look at that system. Nothing is parked; the hub tries again.',
  ),
  UOM_UNKNOWN: bad(
    'A unit of measure has no factor.',
    'Add the unit to config/tables/uom.csv, or correct the record.',
  ),
  LINE_REPEATED: bad(
    'A document has one line twice, with the same line number and all else: a row was copied.',
    'Delete one copy; lines that are alike and meant have line numbers of their own, or none.',
  ),
  GROUP_DIFFERS: bad(
    'Rows of one document disagree in a field that belongs to the document, or in one that a route or a step after the group reads of `$source`.',
    'Correct the rows, or write `differ: first` in the group step.',
  ),
  GROUP_KEY_DIFFERS: bad(
    'Rows of one document have different business keys.',
    'Group by all that the key is made of, or leave out of the key what differs from row to row.',
  ),
  GROUP_BROKEN: bad(
    'Another row of the same document is bad, or one that cannot be read may be of it; a document is booked whole or not at all.',
    'Correct the row named and send the document again.',
  ),
  GROUP_INCOMPLETE: bad(
    'Of a document that is gathered across payloads not all records came in time.',
    'Find out what became of the others; then send all of its records again.',
  ),
  GROUP_LATE: bad(
    'A document that is gathered across payloads was complete before this record came.',
    'See what was booked of the document, and send what is missing under a name of its own; `late: new` in the group begins a new document.',
  ),
  AWAIT_MISSING: bad(
    'What a record waited for did not come in time.',
    'Find out what became of the other message, then send the record again; `missing: keep` in the step lets it go on without.',
  ),
  STAGE_GAVE_UP: bad(
    'What a flow asks behind a stage failed for one record again and again, while it answered others.',
    'Look at the system that is named; once it answers, send the record again.',
  ),
  AWAIT_FULL: bad(
    'A message that records of another flow wait for found no room, since so much waits under its key. It is booked all the same.',
    'See what waits under the key (stockbus waiting), and why; then send its record again, which is booked before, so that those who wait get it.',
  ),
  LEASE_LOST: passing(
    'Another process has taken over what this one was doing, since it had stood still for too long.',
    'Nothing: what it had begun is brought to its end there, and is written once.',
  ),
  STAGE_RELEASED: bad(
    'A record waited in a step that no flow has any more, and somebody released it.',
    'Send it again, to the flow that has taken the place of that one.',
  ),
  STAGE_UNKNOWN: bad(
    'There is no step of that name that flows have left behind with records.',
    'Use one of those named by `stockbus waiting`.',
    404,
  ),
  STAGE_FULL: bad(
    'More records wait under one key than a stage of a flow keeps.',
    'See why they are not complete; where the key is too coarse, add to it what tells them apart.',
  ),
  PAIR_BROKEN: bad(
    'Rows that make one record together are not what the flow names: one is missing, comes twice, or is none of them.',
    'Correct the rows and send all of them again.',
  ),
  NAME_BAD_CHARACTER: bad(
    'What names something (an item, a place, a lot, a document) has a character inside that nobody sees.',
    'Have the sender leave it out, or take it out in the flow with $clean(...).',
  ),
  TEXT_BAD_CHARACTER: bad(
    'A text has U+0000 inside, which no text has.',
    'Have the sender leave it out, or take it out in the flow with $clean(...).',
  ),
  KEY_REPEATED: bad(
    'Several records of one payload have the same business key, so that all but one would be lost.',
    'Put the rows of one document together with `group`, or give the flow a key that tells them apart, such as with the line number.',
  ),
  PAYLOAD_REFUSED: bad(
    'So much of a payload is wrong that nothing of it was booked.',
    'Correct the flow, or have the sender correct the payload, and send it again.',
  ),
  RECORD_EMPTY: bad(
    'Nothing stands in any field of a record, such as a row of delimiters below a table.',
    'Have the sender leave it out, or pass it over by a filter, such as `Item != ""`, or by `ignore` under `read: csv`.',
  ),
  RECORD_INVALID: bad('The record breaks a rule of the validate step.', 'Correct the record.'),
  MESSAGE_INVALID: bad(
    'The mapped record is not a valid canonical message.',
    'Correct the record or the map; the field is named.',
  ),
  KEY_EMPTY: bad(
    'The business key of the record is empty, or a part of it, or of an identifier that is joined with &.',
    'Have the sender fill the fields that it is made of; where they may be empty, make the key in the flow of others.',
  ),

  // Stock decisions.
  CONTENT_ALTERED: bad(
    'A command that waited on the broker is not what intake made: its content has another hash.',
    'Find out who can write to the broker, then send the document again.',
  ),
  FIELD_RESERVED: bad(
    'A message states a field that is reserved for what this version does not do yet.',
    'Leave the field out.',
  ),
  VERSION_MISMATCH: bad(
    'What a message is to change has another version than the one that it expects.',
    'Read it anew, decide again on what is there now, and send that, under the same id if you like.',
    412,
  ),
  ID_CONFLICT: bad(
    'A message of the same source and id was booked with other content.',
    'Cancel what was booked and send it again, or send a correction under an id of its own.',
    409,
  ),
  REVISION_REFUSED: bad(
    'A message is about another revision of its document than the one that can be booked or cancelled.',
    'Cancel the revision that stands, then send the next; state `revision` to cancel a later one under the same id.',
    409,
  ),
  SKU_UNKNOWN: bad(
    'The SKU is unknown and the policy is to park.',
    'Send item.upsert for it first, or set stock.unknownSku: create.',
  ),
  UNIT_PRECISION: bad(
    'A quantity has more decimals than its unit of measure.',
    'Correct the quantity or its unit, or let the unit round: `round` in config/tables/uom.csv.',
  ),
  UNIT_MISMATCH: bad(
    'The line is in a unit that the item does not have.',
    'Add the unit to the item with its factor, or convert with $uom in the flow.',
  ),
  CURRENCY_RATE_MISSING: bad(
    'There is no rate of the document’s currency for its day.',
    'Add it to stock.rates, or state the rate in the document.',
  ),
  DOCUMENT_UNKNOWN: bad(
    'A document refers to another that is not booked.',
    'Book that document first, or correct the number.',
    404,
  ),
  RESERVATION_UNKNOWN: bad(
    'A reservation is to be resolved that nobody has made.',
    'Send the reservation first, or correct its id.',
    404,
  ),
  DOCUMENT_AMBIGUOUS: bad(
    'Several sources have booked documents of this number.',
    'Name the source of the document as origin.',
    409,
  ),
  DOCUMENT_CANCELLED: bad(
    'The document is cancelled already, and this content of it was.',
    'Nothing is to be done; to book the same content again, state the next `revision`.',
    409,
  ),
  PERIOD_CLOSED: bad(
    'The business date lies in a closed period.',
    'Date the document into an open period, reopen the period, or set stock.closedPeriod: redirect.',
    409,
  ),
  PERIOD_REFUSED: bad(
    'The period cannot be closed or reopened like that.',
    'Close through a later day, or reopen through an earlier one.',
    409,
  ),
  PERIOD_NOT_READY: bad(
    'Something stands in the way of closing the books, and `stock.closing` says that it is refused.',
    'Look at `stockbus closing`, mend what it lists, and close again.',
    409,
  ),
  REVALUE_REFUSED: bad(
    'The stock cannot be revalued like that.',
    'Correct the amount, or name a location, or a lot, that has stock.',
    409,
  ),
  METHOD_REFUSED: bad(
    'The valuation method cannot be changed like that.',
    'Issue the stock first, or choose another method.',
    409,
  ),
  OPENING_REPEATED: bad(
    'There is an opening balance of the item at that place already.',
    'Cancel the other one first, or book the difference with stock.adjust.',
    409,
  ),
  LOT_MISSING: bad(
    'The item is kept by lot or serial number, and the line names none.',
    'Name the lot, or the serial number.',
  ),
  SERIAL_QUANTITY: bad(
    'A serial number has another quantity than one.',
    'Write a line for each serial number.',
  ),
  SERIAL_IN_STOCK: bad(
    'A serial number comes in that is in stock.',
    'Correct the serial number, or book how it left.',
    409,
  ),
  STOCK_INSUFFICIENT: bad(
    'The movement takes more than is there, and the policy denies it.',
    'Correct the stock by a count or an adjustment, or set stock.negative: allow.',
    409,
  ),
  STOCK_OUT_OF_RANGE: bad(
    'A quantity or value exceeds 64 bits.',
    'Check the quantity; nothing real is so large.',
  ),
  ITEM_LOCKED: bad(
    'A field of an item cannot change once there was stock of it.',
    'Leave the field out, or use a new SKU.',
    409,
  ),
  DECIMAL_INVALID: bad(
    'An amount has more decimals than its currency.',
    'Round it where it is known what becomes of the rest, or correct stock.minorDigits in config/hub.yaml.',
  ),
  SHARES_INVALID: bad(
    'Of several products some have a share of the cost and some have none, or all shares are 0.',
    'State a share for every product line or for none, and at least one above 0.',
  ),
  PLACE_RESERVED: bad(
    'A location is named like a virtual location (supplier, customer, …).',
    'Give the location another code.',
  ),
  PACK_TOO_LARGE: bad(
    'A document changes more of one SKU than a store takes in one piece, such as a receipt that settles very many shortages.',
    'Send it as several documents with smaller quantities.',
  ),
  STOCK_SAME_PLACE: bad(
    'A transfer goes from a location to the same location.',
    'Correct the locations.',
  ),

  // Adapters.
  BROKER_UNREACHABLE: passing(
    'The broker cannot be reached.',
    'Start it, or check STOCKBUS_BROKER; a hub that runs or starts keeps trying, other commands end.',
  ),
  BROKER_UNROUTABLE: passing(
    'The broker has no queue for the message.',
    'The hub declares its queues again, and tries again; where that does not help, restart it.',
  ),
  BROKER_TOPOLOGY_CONFLICT: bad(
    'A queue or exchange exists with other properties than the hub declares.',
    'Drain and delete it, or use another virtual host.',
    500,
  ),
  BROKER_QUEUE_IN_USE: bad(
    'A queue that is to be removed has a consumer: some hub works off what comes into it.',
    'Have that hub read its folder anew (`stockbus reload`), or stop it, then do it again.',
    409,
  ),
  BROKER_QUEUE_FILLED: bad(
    'A queue that is to be removed is not empty.',
    'Say what is to become of what waits there, as `stockbus help flows` shows.',
    409,
  ),
  BROKER_REFUSED: passing(
    'The broker did not confirm a message.',
    'The hub tries again; look at the broker’s alarms.',
  ),
  BROKER_DENIED: passing(
    'The broker does not let this user in, or not do that.',
    'Check user, password, virtual host and permissions behind STOCKBUS_BROKER; the hub keeps what it has in hand and tries again.',
  ),
  BROKER_FULL: passing(
    'The broker takes nothing now: it is short of memory or disk space, or a bound of it is reached.',
    'Make room, or raise the bound (rabbitmqctl status); senders are told to come again, and files wait.',
  ),
  BATCHES_MISSING: bad(
    'The broker had taken batches of accepted records, and they never came out of it: a queue was purged or deleted, or lost its data.',
    'Send the payloads again (`stockbus resend` does it for what lies in an archive; what was booked is booked once), then tick the gap off by `stockbus gaps settle`.',
    500,
  ),
  BROKER_CLOSED: passing(
    'The broker connection is closed.',
    'The hub is stopping or reconnecting.',
  ),
  BROKER_DISK: passing(
    'The embedded broker could not write.',
    'Free disk space or check the permissions of the data folder; the hub tries again.',
  ),
  SPOOL_FAILED: passing(
    'A payload cannot be kept while it is read.',
    'Free disk space or check the permissions of the data folder; the payload is taken when it comes again.',
  ),
  STORE_UNREACHABLE: passing(
    'The store cannot be reached.',
    'Start it, or check STOCKBUS_STORE; a hub that runs or starts keeps trying, other commands end.',
  ),
  STORE_STANDALONE: bad(
    'The MongoDB server is standalone; transactions need a replica set.',
    'Start mongod with --replSet rs0 and run rs.initiate() once; one node is enough.',
    500,
  ),
  STORE_REFUSED: passing(
    'The database does not let this user in, or not do that.',
    'Check user, password and rights behind STOCKBUS_STORE; the hub keeps what it has in hand and tries again.',
  ),
  STORE_FAILED: passing(
    'The store refuses what it should take, whatever the document: a time limit, a write concern, an operation that was killed.',
    'Look at the log of the database; the hub keeps what it has in hand and tries again.',
  ),
  STORE_CORRUPT: bad(
    'The store holds what the hub never writes.',
    'Run `stockbus verify` and restore a backup.',
    500,
  ),
  FORMAT_UNKNOWN: bad(
    'What the store or the broker holds was written in a format that this version does not know.',
    'Use the version of Stockbus that wrote it, or a newer one.',
    500,
  ),
  EVENTS_FORGOTTEN: bad(
    'What a reader of events asks for next went out longer ago than events are kept.',
    'Take the number of the newest event of the group, read the lists anew, then go on after that number. Raise `events.keep` in hub.yaml where readers stay away for longer.',
    410,
  ),
  EVENTS_READER_SLOW: bad(
    'A reader of events took nothing for so long that he was cut.',
    'Read faster, or ask for less by types, sku and location; come again with the id of the last event: none is lost.',
    408,
  ),
  EVENT_STREAMS_TOO_MANY: passing(
    'More streams of events are open than this hub keeps for one caller, or for all.',
    'Close those that nobody reads; share one among the pages of a browser.',
    429,
  ),
  STORE_SCHEMA: bad(
    'The tables or indexes of the store are not those that this version makes.',
    'Use the version of Stockbus that wrote the store, or another data folder or database; docs/upgrading.md says which versions are brought up to date.',
    500,
  ),
  STORE_UPGRADED: passing(
    'A newer version of Stockbus brought the store up to date while this hub had it open.',
    'Stop this hub and start the newer version: this one books nothing more, and what came in waits in the broker.',
  ),
  STORE_DISK: passing(
    'The store could not write.',
    'Free disk space, or check the permissions of the data folder; the hub tries again.',
  ),
  STORE_TRANSIENT: passing(
    'The store refused a transaction for a transient reason.',
    'The hub tries again.',
  ),
  STORE_CONTENDED: passing(
    'The same SKUs were changed by others again and again.',
    'The hub tries again; fewer concurrent writers help.',
  ),
  DATA_FOLDER_UNUSABLE: bad(
    'The data folder cannot be created, read or written.',
    'Create it, or point STOCKBUS_DATA to a folder that this user may read and write.',
    500,
  ),
  DATA_FOLDER_MISSING: bad(
    'The books that a command is to read are not there; reading makes none.',
    'Check STOCKBUS_DATA or STOCKBUS_STORE, and the folder the command is called in; stockbus start or run make the books.',
    404,
  ),
  DATA_FOLDER_BUSY: bad(
    'Another hub works on the same data folder.',
    'Stop it first, or use another data folder.',
    409,
  ),
  DATA_FOLDER_TAKEN: bad(
    'Books are in the data folder already; a backup is never put over them.',
    'Point STOCKBUS_DATA to a new folder, or move store.db with its -wal and -shm away together.',
    409,
  ),
  BACKUP_FOLDER_TAKEN: bad(
    'The folder that a backup is to be made in is not empty.',
    'Name a folder that does not exist or is empty: each backup has its own.',
    409,
  ),
  BACKUP_UNUSABLE: bad(
    'The folder holds no backup that was completed, or what is in it is not what was backed up.',
    'Restore another backup, or fetch this one again from where it was copied to.',
  ),
  DATABASE_TAKEN: bad(
    'Something is in the database already; a backup is restored into one that is empty.',
    'Name another database in STOCKBUS_STORE; or stop every hub that works on this one, and drop it.',
    409,
  ),
  RESTORE_UNFINISHED: bad(
    'A backup is being restored into the database, or that was broken off: not all of its books are there.',
    'Wait for it, or restore once more, which begins anew.',
    409,
  ),
  FOLDER_MISSING: bad(
    'A watched folder does not exist and cannot be made.',
    'Create it, or correct the path in config/hub.yaml.',
    500,
  ),
  FOLDER_UNUSABLE: bad(
    'A watched path is no folder, or this user may not write in it; files are claimed by renaming them.',
    'Correct the path in config/hub.yaml, or let this user write there.',
    500,
  ),
  FOLDER_IN_THE_WAY: passing(
    'Where the hub keeps a folder of its own inside a watched one, something else is: a file, or a link.',
    'Remove or rename it; the hub makes the folder, and then puts away what it has ingested.',
  ),
  FILE_LINKED: bad(
    'A file is a link, or has other names: it may be a file of somebody else, and may change after it was ingested.',
    'Have the sender copy the file into the folder.',
  ),
  FOLDER_WRITE_FAILED: passing(
    'A file could not be written.',
    'Check disk space and permissions; the hub tries again.',
  ),
  FOLDER_READ_FAILED: passing(
    'A file could not be read.',
    'Check its permissions; the hub tries again.',
  ),
  SFTP_UNREACHABLE: passing(
    'An SFTP server cannot be reached, gives no answer, or the connection to it broke.',
    'Nothing, unless it lasts: the hub connects again with growing waits, and goes on with a file where it was. Then look at host and port in config/hub.yaml, at firewalls on the way, and whether the server runs.',
  ),
  SFTP_LOGIN_REFUSED: passing(
    'An SFTP server refuses the login, or the private key cannot be used.',
    'Correct user, password, privateKey or passphrase in config/hub.yaml; at the server look whether the account is locked, and whether its authorized_keys has the public key. The hub tries again after minutes, so that it locks no account.',
  ),
  SFTP_HOST_KEY_UNKNOWN: passing(
    'An SFTP server shows a key that config/hub.yaml does not name: it is not the server that is meant, or it has a new key.',
    'Ask its operator for the fingerprint of its key, compare it with the one shown here, and write it under hostKey.',
  ),
  MAIL_UNREACHABLE: passing(
    'A server of mail cannot be reached, gives no answer, breaks off, or offers no TLS.',
    'Look at its address in config/hub.yaml, at firewalls and at its certificate; the hub tries again with growing waits.',
  ),
  MAIL_DENIED: passing(
    'A server of mail does not accept the login.',
    'Correct user, password or token in config/hub.yaml and reload; at the other side look whether IMAP, SMTP or passwords of apps are allowed.',
  ),
  MAIL_FOLDER_REFUSED: bad(
    'A folder of a mailbox cannot be opened, searched or moved to.',
    'Correct `folder` or `move` in the flow, or give the user the right to it.',
  ),
  MAIL_UNREADABLE: bad(
    'A mail is none: its parts cannot be told apart.',
    'Have it sent again; in the mailbox it is among those that are done with.',
  ),
  MAIL_FAILED: passing(
    'A server of mail takes nothing now (4xx).',
    'Nothing, unless it lasts: what is for it waits in order, and the hub tries again with growing waits.',
  ),
  MAIL_REFUSED: ofContent(
    'A server of mail refuses a mail for good (5xx).',
    'Correct sender and recipients in config/hub.yaml and in the flow; the message says what it answered.',
  ),
  SQL_DRIVER_MISSING: bad(
    'The driver of a database that is polled is not installed: drivers are not part of Stockbus.',
    'Run `npm install pg` where stockbus is installed; nothing has to be restarted.',
    500,
  ),
  SQL_UNREACHABLE: passing(
    'A database that is polled cannot be reached, or the connection broke.',
    'Look at the database, at its address in config/hub.yaml, at firewalls, and at its certificate; the hub asks again with growing waits, from where it had come to.',
  ),
  SQL_DENIED: bad(
    'A database that is polled does not let the hub in.',
    'Correct user and password in the address; at the other side look whether the user may LOG IN from here (pg_hba.conf).',
  ),
  SQL_REFUSED: bad(
    'A database that is polled refuses what it is asked: a table or column is not there, has the wrong type, or may not be read.',
    'Correct table, columns, key and updated in the flow, or have the partner GRANT SELECT (of an outbox also DELETE, or UPDATE of the mark).',
  ),
  SQL_FAILED: passing(
    'A database that is polled did not answer a question: it took too long, has too many connections, or shuts down.',
    'Nothing, unless it lasts. Where it takes too long: have the partner make an index on (updated, key), or raise `timeout`.',
  ),
  WEBHOOK_UNREACHABLE: passing(
    'A subscriber’s endpoint cannot be reached.',
    'Nothing, unless it lasts: what is for it waits in order, and the hub asks again with growing waits. See stockbus endpoints.',
  ),
  WEBHOOK_REFUSED: ofContent(
    'A subscriber’s endpoint refuses what a call holds (400, 413, 422).',
    'Ask the subscriber; what it refuses while it takes others is among the dead letters, alone.',
  ),
  WEBHOOK_FAILED: passing(
    'A subscriber’s endpoint answered that it takes nothing now: a failure of its own, a redirect, a refused login, an address that is not there.',
    'Correct address or credentials where they are wrong; what is for it waits in order, and the hub asks again with growing waits. See stockbus endpoints.',
  ),
  WEBHOOK_GONE: bad(
    'A subscriber’s endpoint says that it is gone for good (410): it is paused, and what is for it waits.',
    'Set the new address, or remove the flow; then stockbus endpoints resume NAME.',
  ),
  S3_UNREACHABLE: passing(
    'An object store cannot be reached, does not answer in time, or breaks its answers off.',
    'Nothing, unless it lasts: then correct `endpoint` in config/hub.yaml, or let this machine reach it.',
  ),
  S3_FAILED: passing(
    'An object store answered that it can do nothing now, or said what cannot be read.',
    'Nothing, unless it lasts: the hub asks again with growing waits. Then ask whoever runs the store.',
  ),
  S3_DENIED: passing(
    'An object store refuses the keys, or they may not do this in the bucket.',
    'Correct `accessKey` and `secretKey` in config/hub.yaml, or grant what the message names; docs/connectors/s3.md has a policy with least rights.',
  ),
  S3_BUCKET_MISSING: passing(
    'An object store has no such bucket, or it lies in another region.',
    'Correct `bucket`, `region` or `endpoint` in config/hub.yaml, or make the bucket.',
  ),
  S3_CLOCK_SKEWED: passing(
    'The clock of this machine differs from that of an object store by so much that it takes no signature.',
    'Set the clock of this machine (NTP).',
  ),
  S3_OBJECT_CHANGED: passing(
    'An object was overwritten or removed while it was read.',
    'Nothing: what is there now is taken in at the next look. Have the sender give each object a name of its own.',
  ),
  S3_REFUSED: bad(
    'An object store refuses a call for what it asks: an object in an archive class, a name that is too long, a size.',
    'Do what the message says: restore the object, or choose another name.',
  ),

  // A partner's API.
  REST_UNREACHABLE: passing(
    'A partner’s API cannot be reached, or does not answer in time.',
    'Nothing, unless it lasts: the hub tries again with growing waits.',
  ),
  REST_FAILED: passing(
    'A partner’s API answered with a failure, or with what cannot be followed.',
    'Look at `url` and `path`, and ask the partner where it lasts; the hub tries again with growing waits.',
  ),
  REST_DENIED: passing(
    'A partner’s API does not take our credentials, or gives us no token.',
    'Look at `oauth2` and `headers` of the connector, and at our rights at the other side.',
  ),
  REST_REFUSED: ofContent(
    'A partner’s API refuses what a call holds (400, 409, 413, 422).',
    'Ask the partner; what it refuses while it takes others is among the dead letters, alone.',
  ),

  // Deliveries that others sign.
  SIGNATURE_MISSING: bad(
    'A delivery does not have what its scheme signs with.',
    'At the other side: set the secret of the webhook. Here: look whether `scheme` of the connector is the one that it uses.',
    401,
  ),
  SIGNATURE_WRONG: bad(
    'A delivery is not signed with the secret of the connector, or was changed on its way.',
    'Compare the secrets of both sides; while one is exchanged, write [new, old]. A proxy in between must not change the body.',
    401,
  ),
  SIGNATURE_STALE: bad(
    'A delivery was signed too long ago, or in the future: somebody sends an old one again, or a clock is wrong.',
    'Set the clocks right; `tolerance` of the connector allows more.',
    401,
  ),

  // Interfaces.
  HTTP_PORT_TAKEN: bad(
    'The port is taken by another process.',
    'Stop that process, or set another port in config/hub.yaml.',
    500,
  ),
  HTTP_CANNOT_LISTEN: bad(
    'The hub may not listen at this address.',
    'Choose an address of this machine and a port above 1023.',
    500,
  ),
  HTTP_NOT_FOUND: bad('There is nothing at this address.', 'See GET / for what there is.', 404),
  HTTP_BAD_REQUEST: bad(
    'A parameter, or a field of the body, is wrong.',
    'Correct what is named; `errors` has all that is wrong with a body.',
    400,
  ),
  HTTP_UNAUTHORIZED: bad(
    'The request carries no valid token or key, and nobody is signed in.',
    'Send Authorization: Bearer <token>.',
    401,
  ),
  HTTP_FORBIDDEN: bad(
    'Pages of other sites are refused, and without an API token so are other host names than localhost.',
    'Call from a program, at http://localhost; STOCKBUS_TOKEN (or http.token in config/hub.yaml) opens other names.',
    403,
  ),
  HTTP_SCOPE: bad(
    'The caller is known and lacks the scope that the address wants.',
    'Call with a key that has the scope named, or have it given to this one.',
    403,
  ),
  HTTP_ROWS: bad(
    'The key sees and writes only some locations or item groups, and this is about others.',
    'Ask only for what the key is for; an address that cannot tell them apart wants a key without a filter.',
    403,
  ),
  HTTP_CSRF: bad(
    'Who is signed in at the console changes something without the token of his session.',
    'Send what GET /v1/session names `csrf` in the header X-CSRF-Token.',
    403,
  ),
  SIGN_IN_FAILED: bad(
    'Nobody is signed in: the name or the password is wrong, or the provider did not confirm it.',
    'Try again; whoever forgot his password is given another by `stockbus users password NAME`.',
    401,
  ),
  SIGN_IN_ELSEWHERE: bad(
    'This hub signs people in another way.',
    'See `signIn` of GET /v1/session.',
    409,
  ),
  OIDC_UNREACHABLE: passing(
    'The provider of identities does not answer, or not as such a one does.',
    'See that the hub reaches http.oidc.issuer of config/hub.yaml, and that it is written as the provider writes it.',
    503,
  ),
  ACCESS_UNFIT: bad('What is said of a key or a user cannot be so.', 'Correct what is named.'),
  KEY_UNKNOWN: bad('There is no key of this id.', 'See `stockbus keys`.', 404),
  KEY_REVOKED: bad(
    'The key was revoked, or has expired, and opens nothing any more.',
    'Make another.',
    409,
  ),
  KEY_CHANGED: passing('Others change the same key at this moment.', 'Do it again.', 503),
  USER_UNKNOWN: bad('There is no user of this name.', 'See `stockbus users`.', 404),
  USER_EXISTS: bad('There is a user of this name already.', 'Choose another name.', 409),
  USER_CHANGED: passing('Others change the same user at this moment.', 'Do it again.', 503),
  USER_BAD_NAME: bad(
    'This is no name for a user.',
    'Take 1 to 64 of a-z, 0-9, dot, dash, underscore and @, beginning with a letter or a digit.',
  ),
  USER_WEAK_PASSWORD: bad('The password can be guessed.', 'Take a longer one.'),
  HTTP_NOT_ALLOWED: bad(
    'The address does not take this method.',
    'Use one of the methods in the Allow header.',
    405,
  ),
  HTTP_WRONG_FORMAT: bad(
    'The body is in another format than the flow reads.',
    'Send the raw payload in the format of the flow, as it is or under `content-encoding: gzip`.',
    415,
  ),
  HTTP_NOT_ACCEPTABLE: bad(
    'None of the formats asked for can be given.',
    'Ask for application/json, text/csv or application/xml.',
    406,
  ),
  HTTP_TOO_MANY: passing('Too many requests.', 'Slow down; see the Retry-After header.', 429),
  IDEMPOTENCY_KEY_REUSED: bad(
    'An Idempotency-Key came with another request before.',
    'Make a key of its own for each request; send the same key only with the same request.',
  ),
  IDEMPOTENCY_RUNNING: passing(
    'A request with the same Idempotency-Key is still running.',
    'Send it again in a moment; see the Retry-After header.',
    409,
  ),
  GRAPHQL_INVALID: bad(
    'The query is not well-formed, or asks for what the schema does not have.',
    'Correct it at the place named; docs/graphql.md says what there is.',
    400,
  ),
  GRAPHQL_TOO_COMPLEX: bad(
    'The query is larger, deeper or dearer than one may be.',
    'Ask for fewer rows (`first`), fewer levels, or in several queries; `extensions.cost` says what each takes.',
    400,
  ),
  HTTP_INCOMPLETE: bad(
    'The connection broke before the whole body had come.',
    'Send it again; nothing of it was ingested.',
    400,
  ),
  HTTP_HEADERS_TOO_LARGE: bad('The headers are larger than their bound.', 'Send less.', 431),
  HTTP_TIMEOUT: passing('The request took longer than its bound.', 'Send it again.', 408),
  HUB_BUSY: passing(
    'More is being sent at once than the hub takes in.',
    'Send it again in a moment; fewer requests at once help.',
  ),
  HUB_STARTING: passing('The hub is starting.', 'Send it again in a moment.'),
  SHUTTING_DOWN: passing('The hub is stopping.', 'Send it again in a moment.'),
  HISTORY_UNKNOWN: bad(
    'Nothing is known of what was asked for: nothing of that name came, was parked, waits or was booked.',
    'Write the number of the document, the SKU, the lot, the file or the id exactly as it was sent.',
    404,
  ),
  ENDPOINT_UNKNOWN: bad(
    'No flow sends to an endpoint of that name.',
    'See stockbus endpoints.',
    404,
  ),
  ENDPOINT_CHANGED: passing('Others change the same endpoint at this moment.', 'Do it again.', 503),
  GAP_UNKNOWN: bad('Nothing is known to be missing under that id.', 'See stockbus gaps.', 404),
  ARCHIVE_MISSING: bad(
    'What the flow reads from keeps no archive, so that nothing of it can be sent again from there.',
    'Have the sender send it again: what was booked of it is booked once.',
    400,
  ),
  PARKED_UNKNOWN: bad('Nothing is parked under that id.', 'See stockbus parked list.', 404),
  DEAD_UNKNOWN: bad('There is no dead letter of that id.', 'See stockbus dead list.', 404),
  DEAD_QUEUE_GONE: bad(
    'A dead letter was for a subscriber, or for a part of the hub, that is not there any more.',
    'Bring the flow back to send it there, or dismiss it with a reason.',
    409,
  ),
  CASE_CLOSED: bad(
    'What is parked or dead was replayed, resolved or dismissed already, or is on its way.',
    'Look what was done: stockbus parked show ID. To work on it once more: stockbus parked reopen ID.',
    409,
  ),
  CASE_FOUR_EYES: bad(
    'Who corrected a record does not send it again himself (`parked.replayBy: another`).',
    'Have somebody else look at the correction and send it again.',
    403,
  ),
  CASE_CHANGED: passing(
    'Others work on the same parked record or dead letter at this moment.',
    'Do it again.',
    503,
  ),
  CORRECTION_UNFIT: bad(
    'A correction of a parked record changes nothing, or does not fit what is parked.',
    'See stockbus parked show ID for what it is, and name fields that are there.',
  ),
  REPLAY_UNFIT: bad(
    'A parked record cannot be sent again from here.',
    'Do what is named, have the sender send it again, or dismiss it with a reason.',
    409,
  ),
  FILE_UNREADABLE: bad(
    'A file that the command line names cannot be read.',
    'Check the path and its permissions.',
    400,
  ),
  FILE_EXISTS: bad(
    'A file that a command would make is there already.',
    'Choose another folder or another name; nothing is overwritten.',
    409,
  ),
  FILE_UNWRITABLE: bad(
    'A file that the command line names cannot be written.',
    'Check the folder, its permissions and the disk space.',
    400,
  ),
  KNOWN_AT_FUTURE: bad(
    'A report is asked for what is known at a time that has not come: it could not stay the same.',
    'Leave knownAt out for all that is known now, or name a time up to now.',
    400,
  ),
  CURSOR_INVALID: bad(
    'The marker of a page is not one that this list gave out.',
    'Pass `next` of the page before unchanged, or leave it out for the first page.',
    400,
  ),
  QUERY_BAD_PERIOD: bad('The period of a report cannot be.', 'Begin it once, before it ends.', 400),
  QUERY_NO_VALUE: bad(
    'A value is asked for by a lot or a status, of which none is kept.',
    'Ask for it by SKU and location alone, or for the quantity.',
    400,
  ),
  DATE_OUT_OF_BOUNDS: bad(
    'A date lies where none can be meant: a typing error of years.',
    'Correct the date with the sender, or widen stock.dates in config/hub.yaml.',
  ),
  UNIT_ROUNDED: hint(
    'A quantity had more decimals than its unit of measure, and was rounded.',
    'Leave `round` out in config/tables/uom.csv to park it instead, or allow the code in the flow.',
  ),
  DATE_IN_FUTURE: hint(
    'A document is dated later than tomorrow.',
    'Correct the date with the sender. Where it is only told you may allow the code in the flow; `stock.dates.future` says whether it is parked.',
  ),
  FIELD_NEVER_SEEN: hint(
    'A flow reads a field that not one record of a payload has.',
    'Correct the name. If the word itself is meant, write it under const: in the map, or inside of an expression in quotes of its own. Where the field may be missing, say so by `$exists(field)` or `field ? …`, or allow the code in the flow.',
  ),
  RATE_IGNORED: hint(
    'A document states a rate and no currency, so that its costs are taken in the currency of the valuation.',
    'State the currency that the rate is of, or leave out the rate; where it is meant so, allow the code in the flow.',
  ),
  COST_MISSING: hint(
    'A receipt states no cost, so that its value has to be guessed.',
    'Have the sender state the price, 0 for what came for nothing. Where it is only told you may allow the code in the flow; `stock.costs` says whether it is parked.',
  ),
  CLI_USAGE: bad('The command line is wrong.', 'See stockbus --help.', 400),
  INTERNAL: bad('A defect in Stockbus.', 'Report it with the log lines around it.', 500),
} as const satisfies Record<string, CodeSpec>;

export type Code = keyof typeof codes;

/** Where something is: in a configuration file (line, column), or in a payload (record, field). */
export interface Place {
  file?: string;
  line?: number;
  column?: number;
  /** Position of the record in its payload, from 1. */
  record?: number;
  field?: string;
}

/** An error as data: what is parked, printed, logged, and answered as an RFC 9457 problem. */
export interface Fault {
  code: Code;
  /** What happened here, in one sentence without a full stop. */
  message: string;
  at?: Place;
  /** What to do here, where it is more precise than the code's own `todo`. */
  todo?: string;
  /** The first of those that led to it. */
  causes?: Fault[];
  /** Shortest wait before another attempt, where the other side named one. */
  retryAfterMs?: number;
  /** Of a system that was asked: which one, and how many questions it had answered by then. */
  asked?: { system: string; answered: number };
}

/** A hint about a payload, told once for all its records: `at` is the first place of `count`. */
export interface Told extends Fault {
  count: number;
}

export class StockbusError extends Error {
  readonly fault: Fault;
  /** Set by a codec where the text ended too early: with more of it, it might have been right. */
  atEnd = false;
  /** Set where what was read before it cannot be trusted either: nothing of the payload is booked. */
  ofPayload = false;

  constructor(
    code: Code,
    message: string,
    at?: Place,
    options: { todo?: string; cause?: unknown; causes?: Fault[]; retryAfterMs?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'StockbusError';
    this.fault = { code, message };
    if (at) this.fault.at = at;
    if (options.todo) this.fault.todo = options.todo;
    if (options.causes) this.fault.causes = options.causes;
    if (options.retryAfterMs !== undefined) this.fault.retryAfterMs = options.retryAfterMs;
  }

  get code(): Code {
    return this.fault.code;
  }
}

/** Many faults found in one run, as a compiler reports them. */
export class FaultList extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map(formatFault).join('\n'));
    this.name = 'FaultList';
    this.faults = faults;
  }
}

export const isStockbusError = (error: unknown, code?: Code): error is StockbusError =>
  error instanceof StockbusError && (code === undefined || error.code === code);

/** Anything thrown, as a fault; what we did not foresee is INTERNAL and keeps its message. */
export function faultOf(error: unknown): Fault {
  if (error instanceof StockbusError) return error.fault;
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) };
}

export const isRetryable = (fault: Fault): boolean => codes[fault.code].retryable;

const specOf = (code: Code): CodeSpec => codes[code];

export const isFatal = (fault: Fault): boolean => specOf(fault.code).fatal === true;

export const isHint = (fault: Fault): boolean => specOf(fault.code).hint === true;

/** Codes that a flow may silence. */
export const allowableCodes: readonly Code[] = (Object.keys(codes) as Code[]).filter(
  (code) => specOf(code).hint || specOf(code).mayAllow,
);

/** What is to be done about it: its own word, or that of its code. */
export const todoOf = ({ code, todo }: Fault): string => todo ?? codes[code].todo;

/** `flows/x.yaml:14:7 CODE what happened; what to do` */
export function formatFault(fault: Fault): string {
  const place = formatPlace(fault.at);
  return `${place}${place ? ' ' : ''}${fault.code} ${fault.message}; ${todoOf(fault)}`;
}

/** The hint with its first place, and how many more there are like it. */
export function formatTold({ count, ...hint }: Told): string {
  return count === 1 ? formatFault(hint) : `${formatFault(hint)} (${count} times)`;
}

export function formatPlace(at: Place | undefined): string {
  if (!at) return '';
  const parts: string[] = [];
  if (at.file) parts.push(at.file);
  if (at.line !== undefined) parts.push(String(at.line));
  if (at.column !== undefined) parts.push(String(at.column));
  let text = parts.join(':');
  if (at.record !== undefined) text += `${text ? ' ' : ''}record ${at.record}`;
  if (at.field !== undefined) text += `${text ? ' ' : ''}field ${at.field}`;
  return text;
}

/** Letters of a name of any length that may be mistyped. */
const MOST_MISTYPED = 3;

/**
 * The known name nearest to a mistyped one, when it is near enough to be meant: no more than one
 * letter in three differs, so that no short name is taken for another.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = MOST_MISTYPED + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance * 3 > Math.max(name.length, candidate.length)) continue;
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Damerau-Levenshtein distance (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, beforePrevious[j - 2]! + 1);
      }
      current.push(best);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length]!;
}
