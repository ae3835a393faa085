/**
 * The grammar of a flow file, declared once: this reads it, gives its JSON Schema to editors and its
 * rows to the reference. What connectors, codecs and steps take comes from their own declarations.
 */
import { allowableCodes, type Code } from '../errors.ts';
import { stepHistories } from '../history/stepHistory.ts';
import {
  choice,
  expression,
  type Field,
  list,
  namedValues,
  optional,
  suggestion,
  text,
} from '../spec.ts';
import { codecField } from './codecField.ts';
import { fromField, toField } from './endFields.ts';
import type { HubParts } from './hubParts.ts';
import { custom } from './namedField.ts';
import { queryField } from './queryField.ts';
import { sinkFields } from './sinkFields.ts';
import { stepsField } from './stepsField.ts';
import { stopField } from './stopField.ts';
import { useField } from './usedFragments.ts';

const FLOW_NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const FLOW_NAME_SHAPE = 'lower-case letters, digits and dashes';

/** The read form of one flow file. */
export type FlowFields = ReturnType<typeof flowFields>;

export function flowFields(parts: HubParts) {
  const steps = parts.steps.map((spec) => spec.name);
  return {
    flow: optional(
      text('Name of the flow: that of its file without `.yaml`, also when left out.', {
        pattern: FLOW_NAME,
        shape: FLOW_NAME_SHAPE,
      }),
    ),
    about: optional(text('What the flow is for, in a sentence.'), ''),
    source: optional(
      text(
        'Under which name the hub remembers what this flow has booked; that of the flow when left out. It stays when the flow is renamed, and flows of one sender may share it: what one of them booked, no other books again.',
        { pattern: FLOW_NAME, shape: FLOW_NAME_SHAPE },
      ),
    ),
    allow: optional(
      list(
        'What is meant to be so: hints that are not told again, and refusals that a flow may allow.',
        hintField(),
      ),
      [],
    ),
    from: fromField(parts),
    read: optional(codecField('Format of what comes in.', parts.codecs, 'readOptions')),
    query: optional(queryField()),
    ...ownWords(),
    steps: optional(
      stepsField(parts.steps, `Verbs over records, in order: ${steps.join(', ')}.`),
      [],
    ),
    key: optional(
      expression(
        'Business key of each message, over the record as it was read; `$record` is the mapped one. The same key at every replay is what makes a replay harmless; within one payload a key comes once, or all records that have it are parked (KEY_REPEATED). Parts are joined by & with a separator between them; one that gives nothing parks the record, and a separator inside of a part after the first is marked by a backslash, so that no two keys are one.',
      ),
    ),
    to: toField(parts),
    mode: optional(
      choice(
        'Of several targets: `first` takes the first that fits, `all` each that fits. All that they make of one record is made, or the record is parked with all that is wrong with any of them; so it is where no target fits. What is parked goes nowhere else: with a message that is too large, or whose key comes again in the payload, all else that was made of the record is kept back too. What is made is accepted together with all of its payload, and booked message by message: one that the rules of stock refuse is parked by itself.',
        ['first', 'all'],
      ),
      'first',
    ),
    stop: optional(
      stopField(
        'When so much of a file, or of any payload, would be parked that it is refused as a whole, with the reason, before any of it is published: `when 5 % of a file is parked`. Counted are records that this flow cannot read, map or tell apart by their keys, of files of at least 100 records (`…, of at least 20 records` says otherwise); what the rules of stock refuse later is not. Left out: each bad record is parked, and the others are booked.',
      ),
    ),
    history: optional(
      choice(
        'Of which records it is kept what they were before and after each step, for `stockbus history`: of the first that are parked, of every hundredth too, of all, or of none. Left out: as `history.steps` of config/hub.yaml says.',
        stepHistories,
      ),
    ),
    ...sinkFields(parts),
  };
}

/** What a flow calls by names of its own. */
function ownWords() {
  return {
    use: optional(list('Fragments whose functions the flow calls.', useField()), []),
    functions: optional(
      namedValues(
        'Functions of the flow, by their name and what they take: `party(p): $text($p.PartyIdentification.ID)` is called as `$party(Buyer)`. They read what they are given and nothing else, and call those before them.',
        expression('What the function gives.'),
      ),
      {},
    ),
    let: optional(
      namedValues(
        'Names for values of the record as it was read, of flows into stock: `sender: $text(Party.ID)` is `$sender` in all steps, in `to`, in `key` and in the names after it, whatever the steps make of the record. Each is evaluated when something first reads it, once a record; before a `split` was the record that it speaks of. In a test it is as strict as what is written there, and so it is in `key`, which takes its parts one by one.',
        expression('An expression over the record as it was read.'),
      ),
      {},
    ),
  };
}

function hintField(): Field<Code> {
  return custom({
    about: 'Code of a hint, or of a refusal that a flow may allow.',
    kind: 'hint',
    schema: { type: 'string', enum: allowableCodes },
    read(value, path, report) {
      const known = allowableCodes.find((code) => code === value);
      if (known !== undefined) return known;
      report({
        path,
        code: 'CONFIG_BAD_VALUE',
        message: `${JSON.stringify(value)} is not a code that a flow may allow`,
        todo: suggestion(String(value), allowableCodes),
      });
      return undefined;
    },
  });
}
