/** What is generated from the declarations: JSON Schemas for editors, and the reference of flows. */
import { packings } from '../codecs/packings.ts';
import type { StepSpec } from '../ports.ts';
import type { Field, JsonSchema } from '../spec.ts';
import { flowField } from './compileFlow.ts';
import { editorSchema } from './editorSchema.ts';
import { functions } from './expression/functions.ts';
import { expressionRules } from './expressionRules.ts';
import { fragmentField } from './fragments.ts';
import type { HubParts } from './hubParts.ts';
import { configField } from './loadConfig.ts';
import { stepDefinitions } from './stepsField.ts';
import { targetField } from './targetFields.ts';
import { flowTestField } from './test/testFields.ts';

const DRAFT = 'http://json-schema.org/draft-07/schema#';

/** schemas/generated/flow.json: completes and checks flow files while they are written. */
export function flowSchema(parts: HubParts): JsonSchema {
  const grammar = { ...flowField(parts).schema, definitions: stepDefinitions(parts.steps) };
  return { $schema: DRAFT, title: 'Stockbus flow', ...editorSchema(grammar, parts) };
}

/** schemas/generated/fragment.json, for files in config/fragments. */
export function fragmentSchema(parts: HubParts): JsonSchema {
  const grammar = editorSchema(fragmentField.schema, parts);
  return { $schema: DRAFT, title: 'Functions that Stockbus flows share', ...grammar };
}

/** schemas/generated/config.json, for config/hub.yaml. */
export function configSchema(parts: HubParts): JsonSchema {
  return {
    $schema: DRAFT,
    title: 'Stockbus configuration',
    ...configField(parts.connectors).schema,
  };
}

/** schemas/generated/flow-test.json, for `<name>.test.yaml`. */
export const flowTestSchema = (): JsonSchema => ({
  $schema: DRAFT,
  title: 'Tests of a Stockbus flow',
  ...flowTestField.schema,
});

/** What is said of all packings. */
const packingRule =
  'Beside the format stands what its payloads are packed in: `unpack` under `read`, `pack` under `write`. It is never guessed. What is unpacked may be 200 times as large as what came once it is more than 16 MiB, and 8 GiB in all (`PACKED_TOO_LARGE`); what is cut short or damaged is refused whole (`PACKED_BROKEN`), since its check sum stands for all of it. Lines of faults are those of the unpacked text. Rejects come back packed in the same way, so that they can be corrected and sent again, and the archive keeps what came. Over HTTP a sender may also compress any body and say so: `content-encoding: gzip`, `zstd`, `br` or `deflate` is undone before the flow sees it, and needs no `unpack`.';

/** How flows are tested, beside the fields of a test. */
const testRules = [
  '`stockbus test` runs what `flows/<name>.test.yaml` says of the flow `<name>`, and tells each difference with its place in that file. Nothing of it is written anywhere. `--update` writes what came into the tests that expected something else; a test without `expect` is completed by it. `--coverage` names the steps that no record came to, the conditions (`filter`, `when`, rules of `validate`) that were never true or never false, the branches of `?:`, `??` and `?` in other expressions that no record took, the targets of several of one type that made nothing, and the messages that no test made; `--threshold 90` fails where less than 90 % of these are reached.',
  'A test has one of `input`, `payload`, `events`, `rows` and, for flows that wait, `comes`. Where it says what is in stock, what was booked or what it expects of either, what the flow makes is booked into books that hold only that, by the rules of `stock` in config/hub.yaml. Otherwise it ends with the messages. `stockbus lint` takes the payloads of tests, those under `comes` too, for samples of the flow, and tells what they show: fields that none of them has (`FIELD_NEVER_SEEN`), two messages of one payload with one key (`FLOW_KEY_NOT_UNIQUE`), records that are parked though no test expects it (`FLOW_SAMPLE_PARKED`), steps, conditions and targets that nothing reaches (`FLOW_UNREACHED`). A flow may `allow` each of these.',
  `\`\`\`yaml
flow: warehouse-counts
tests:
  - about: what is found is what there is, and the shop is told
    now: 2026-03-31T08:30:00Z
    stock: [{ sku: TEA-100, location: BER, onHand: 40, unitCost: 9.50 }]
    payload: |
      state,count,counted_at,reason,pos,sku,place,lot,best_before,condition,found,unit
      closed,C-1,2026-03-31T08:00:00Z,stocktaking,1,TEA-100,BER,,,,36,
    expect:
      stock: [{ sku: TEA-100, location: BER, onHand: 36 }]
      sent:
        stock-feed-webshop: |
          [
          {"sku":"TEA-100","location":"BER","available":"36","version":"2","changedAt":"2026-03-31T08:30:00.000Z"}
          ]
\`\`\``,
];

/** What holds for the values of every message, each rule where the author of a flow looks for it. */
const rules = [
  '**Names.** Whatever names something (`sku`, `location`, `from`, `to`, `lot`, `document`, `line`, `reference`, `unit`, `owner`, `partner`, `reservation`, `pool`, `currency` and the like: `x-identifier` in `schemas/`) is taken in Unicode NFC and trimmed at both ends, so that `W`, `W ` and a decomposed `Müsli` are one thing. A control or format character inside (Cc, Cf), a line or paragraph separator, a noncharacter, and every space but U+0020 parks the record (`NAME_BAD_CHARACTER`, with its code point). Case, full-width letters, U+2011, variation selectors and the number of blanks inside tell names apart; `$clean(...)` folds all but case. The parts of `key`, the keys of tables, the names in `config/hub.yaml` and what a query names are taken alike. No text of a message may have U+0000.',
  '**Keys.** A key is cut at its `&`: each part that is no literal is taken as a name, and one that gives nothing parks the record (`KEY_EMPTY`), since two documents would have one key. The same holds for each `&` that makes a name of the message (`sku: style & "/" & color`, in `map`, `set`, the key of a `lookup` that finds it) or stands in what does, and for each part of a list that `$join([style, color], "/")` joins there: two things would have one name. A name that may lack a part says so by a condition: `style & (color ? "/" & color : "")`, or `style & "/" & (color ?: "-")`; of what a condition chooses the same holds, but for texts as they stand there.',
  '**Numbers.** `$decimal` reads exactly and rounds nothing. With a decimal mark it reads grouping marks too, where a number can have them: every group has three digits, and the first begins with no zero (`0.500` with the mark `,` is refused). Parentheses and currencies are refused; the fault says what to write.',
  '**Dates.** A text without a zone is in `stock.zone`, unless `$date` names another. A time that a change of the clocks skips is moved behind the gap (02:30 becomes 03:30); of one that comes twice it is the first. Offsets go to 14:00. Letters of a pattern are those of Unicode: `yyyy yy MMMM MMM MM M dd d HH H hh h mm m ss s S a XXX Z`, text in single quotes; names of months are English (`MMM`: Mar, `MMMM`: March). `epoch` counts seconds since 1970, `epoch-ms` milliseconds. Where a list of patterns is given and two of them read a text as different times, the record is parked. `$day` gives the day for `due`, `expiresOn` and `through`.',
  '**Days that cannot be meant.** A date before `stock.dates.from`, and one that is booked or closed (`at`, `through` of period.close) after `stock.dates.to` (a year from now), parks the record (`DATE_OUT_OF_BOUNDS`). Later than tomorrow is told once a payload (`DATE_IN_FUTURE`), or parked with `stock.dates.future: park`.',
  '**Units of measure.** A quantity has six decimals at most, and no more than its unit has by the column `decimals` of `config/tables/uom.csv` (`unit,base,factor,decimals,round`): more of them park the record (`UNIT_PRECISION`), unless the column `round` says `true`; then it is rounded half away from zero when it is booked, told (`UNIT_ROUNDED`), and named in the reason of its entry. What is converted into the base unit of an item keeps six decimals, unless that unit has none: half a box of three is no number of pieces.',
  '**Costs.** A receipt without `unitCost` or `amount` is told once a payload (`COST_MISSING`), or parked with `stock.costs: park`; what came for nothing states 0.',
];

/** What holds for files that come by a folder, whatever their format. */
const fileRules = [
  '**How a sender writes.** Under a name that is passed by (`receipts-1.csv.part`, `.tmp`, or with a dot in front), then renames the file to its own name when it is complete; or writes a marker file last (`ready: "{name}.done"`). Then nothing is ever read by half, and nothing waits for longer than `settle`. A rename is known by the time at which the file was last changed being later than that of its content.',
  '**When a file is taken in.** When size and time of change stood still for `settle` (2 s). Where only the end of the file says that its last record is complete (a row of CSV without its line end, a line of JSON that cannot be read, XML or JSON whose text ends too early), or the last document of a `group`, which more rows could still join, it must have stood still for `recheck` (60 s), unless its sender renamed it or wrote the marker; the files behind it wait, so that their order stays. CSV whose rows are messages of their own, and that ends with a line end, waits for `settle` alone.',
  '**What grows after it was taken in.** Each file is looked at again in the archive: after `recheck`, after ten and sixty times as long, and at the next start. One that has grown is an error (`folder.file_grew` in the log, `stockbus_folder_files_total{outcome="grew"}`) and is taken in anew as it is then, as an intake of its own: what was booked of it is `booked before`, what is new is booked, and a document that has become another is parked as a conflict.',
  '**Which flow takes a file.** The one whose pattern fits its whole name; case matters. Two flows whose patterns fit one name on one folder (by whatever path, link or connector), or one whose folder is the archive, `rejected` or `failed` of the other, are refused (`FLOW_PATTERN_OVERLAPS`), unless they have one `source`.',
  '**A flow’s name is no identity.** What was booked is remembered by `source` and key, and `source` is the name of the flow when left out: whoever renames a flow writes its old name as `source`, or everything is booked again. Flows that get the same documents (a folder and HTTP) have one `source`. What waits in a flow is found by `source` and step in the same way: [which edits keep it](flows/how-to.md#-change-a-flow-in-which-records-wait).',
  '**What nobody takes** (no pattern fits, or only if case were ignored; folders, links, pipes; hidden and unfinished names and missing markers after `recheck`) is told once for each file (`folder.file_unwanted`) and counted (`stockbus_folder_unwanted_files`).',
  '**Links.** Neither files nor the hub’s own folders (`.claimed`, `archive`, `rejected`, `failed`) are followed through symbolic links, and a file with other names (hard links) goes to `failed`. While something else is where such a folder should be, that is told once, files are taken in all the same, and are put away when it is gone.',
];

/** docs/flows.md. */
export function flowReference(parts: HubParts): string {
  const sections = [
    '# Reference of flows\n\nGenerated by `npm run gen` from the declarations in the code. To begin: [tutorial](flows/tutorial.md); one question, one answer: [how to](flows/how-to.md); the reasons: [explanation](flows/explanation.md).',
    `## Fields of a flow\n\n${table(flowField(parts))}`,
    `## Targets\n\n\`to\` takes a message type, a connector, or a list of targets, each of these fields (\`flows/webshop-refunds.yaml\` makes two messages of one refund). A target is a message (\`type\`), or a connector (\`to\`), with what it is sent and how. A connector among the targets of a flow into stock gets what its \`map\` makes of each record that fits it, together with all else of the payload or not at all: a wire tap or a list of recipients (\`flows/fulfilment-orders.yaml\`). A subscription may have several (\`flows/reservation-answers.yaml\`). Each has a queue of its own, \`deliver.g1.FLOW.NAME\`: one that is down holds up no other, and its dead letters are its own. Logs, metrics and \`sent\` of a test call it \`FLOW.NAME\`. A target may also be another flow, \`to: { flow: NAME }\`, which has \`from: { flow: [...] }\` in place of a connector and of \`read\` (\`flows/store-returns.yaml\`): it goes on with what the map makes, in the same intake, and its messages, under its own name, are accepted with all of that payload or not at all. What it refuses of a record it parks by itself, as the payload had it; what it drops counts as dropped parts. Its \`let\` speaks of what is handed over, one record at a time, so that it stands beside no \`group\` or \`pair\`; stages stand in the flow that hands over; what that one was answered by \`enrich\` makes no key here either. Its tests give \`rows\`. \`$source\` in steps and targets is the record as it was read, whatever \`map\` made of it. Without \`map\` all targets take the same mapped record, and fields that one of their types does not know park it.\n\n${table(targetField(parts))}`,
    `## Fragments\n\nFunctions that several flows use stand in \`config/fragments/<name>.yaml\`, and are used by \`use: [name]\` or \`use: [{ name: { table: gln } }]\`.\n\n${table(fragmentField)}`,
    `## Steps\n\n${parts.steps.map((step) => stepSection(step)).join('\n\n')}`,
    `## Functions\n\nBeside those of JSONata there are:\n\n${functionTable()}`,
    `## Expressions\n\n${expressionRules.join('\n\n')}`,
    `## Names, numbers and dates\n\n${rules.join('\n\n')}`,
    `## Connectors\n\n${parts.connectors
      .map((spec) =>
        section(
          spec.name,
          spec.about,
          [
            ['In `config/hub.yaml`', spec.config],
            ['In `from`', spec.from],
            ['In `to`', spec.to],
          ],
          spec.examples,
        ),
      )
      .join('\n\n')}`,
    `## Files in a folder\n\n${fileRules.join('\n\n')}`,
    `## Formats\n\n${parts.codecs
      .map((spec) =>
        section(
          spec.name,
          spec.about,
          [
            ['In `read`', spec.unread === undefined ? spec.readOptions : undefined],
            ['In `write`', spec.writeOptions],
          ],
          spec.examples,
        ),
      )
      .join('\n\n')}`,
    `## Packings\n\n${packingRule}\n\n${packings
      .map((spec) => section(spec.name, spec.about, [['In `unpack`', spec.options]], spec.examples))
      .join('\n\n')}`,
    `## Tests of flows\n\n${testRules.join('\n\n')}\n\n${table(flowTestField)}`,
    `## config/hub.yaml\n\n${table(configField(parts.connectors))}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

const stepSection = (step: StepSpec): string =>
  section(step.name, step.about, [['Options', step.options]], step.examples);

function section(
  name: string,
  about: string,
  parts: readonly [string, Field<unknown> | undefined][],
  examples: readonly string[],
): string {
  const tables = parts.flatMap(([title, field]) =>
    field?.fields && Object.keys(field.fields).length > 0 ? [`${title}:\n\n${table(field)}`] : [],
  );
  const shown = examples.map((example) => `\`\`\`yaml\n${example}\n\`\`\``);
  return [`### ${name}\n\n${about}`, ...tables, ...shown].join('\n\n');
}

function functionTable(): string {
  const rows = Object.values(functions).map((spec) => `| \`${spec.example}\` | ${spec.about} |`);
  return ['| example | what it gives |', '|---|---|', ...rows].join('\n');
}

function table(field: Field<unknown>): string {
  const rows = rowsOf(field, '').map(
    (row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  );
  return ['| field | kind | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function rowsOf(field: Field<unknown>, prefix: string): string[][] {
  return Object.entries(field.fields ?? {}).flatMap(([name, of]) => {
    const own = [`\`${prefix}${name}\``, of.kind, defaultOf(of), of.about];
    return [own, ...rowsOf(of, `${prefix}${name}.`)];
  });
}

function defaultOf(field: Field<unknown>): string {
  if (!field.optional) return 'required';
  const { fallback } = field;
  if (fallback === undefined || fallback === '' || field.fields) return '';
  return `\`${JSON.stringify(fallback)}\``;
}
