import { StockbusError } from '../errors.ts';
import { identifierOf } from '../identifier.ts';
import { limits } from '../limits.ts';
import type {
  Input,
  LookupTable,
  RecordValue,
  Shape,
  StepNeed,
  StepPlace,
  StepSpec,
} from '../ports.ts';
import {
  choice,
  duration,
  expression,
  type Field,
  isObject,
  optional,
  record as recordOf,
  text,
} from '../spec.ts';
import { asText } from './asText.ts';

interface StockQuestion {
  sku: string;
  location?: string | undefined;
  lot?: string | undefined;
}

interface EnrichOptions {
  stock?: StockQuestion | undefined;
  item?: string | undefined;
  document?: string | undefined;
  reservation?: string | undefined;
  order?: string | undefined;
  table?: string | undefined;
  key?: string | undefined;
  http?: string | undefined;
  path?: string | undefined;
  cache?: number | undefined;
  timeout?: number | undefined;
  missing: 'park' | 'keep' | 'drop';
  into: string;
}

/** What can be asked, and what else a question of that kind is made of. */
const kinds = {
  stock: [],
  item: [],
  document: [],
  reservation: [],
  order: [],
  table: ['key'],
  http: ['path', 'cache', 'timeout'],
} as const satisfies Partial<Record<keyof EnrichOptions, readonly (keyof EnrichOptions)[]>>;
type Kind = keyof typeof kinds;
const names = Object.keys(kinds) as Kind[];

/** Fields of an answer, where they are the same for every one. */
const fieldsOf: Partial<Record<Kind, readonly string[]>> = {
  stock: ['sku', 'location', 'lot', 'onHand', 'reserved', 'available', 'total'],
  item: [
    ...['sku', 'name', 'unit', 'units', 'valuation', 'standardCost', 'tracking', 'picking'],
    ...['negative', 'valued', 'weight', 'barcode', 'group', 'attributes'],
  ],
  document: ['document', 'kind', 'at', 'partner', 'reference', 'lines'],
  reservation: ['reservation', 'state', 'at', 'expiresAt', 'partner', 'reference', 'lines'],
  order: ['document', 'lines'],
};

/** What a flow into stock changes itself. */
const ofBooks: readonly Kind[] = ['stock', 'reservation', 'order'];

const fields = recordOf('Whom to ask, for what, and where the answer goes.', {
  stock: optional(
    recordOf(
      'What there is of a SKU. The answer has `onHand` (ours, in good state, not expired), `reserved` (held of it), `available` (what can be promised) and `total` (all that lies there, in whatever state and whosever it is). Of a SKU that the books know, 0 where nothing lies.',
      {
        sku: expression('The SKU.'),
        location: optional(
          expression('The place. Left out: all of ours, without what is under way between them.'),
        ),
        lot: optional(expression('The lot. Left out: all of them.')),
      },
    ),
  ),
  item: optional(
    expression(
      'A SKU. The answer has the fields of item.upsert.v1, as far as they are known: `name`, `unit`, `group`, `barcode`, `attributes` and so on.',
    ),
  ),
  document: optional(
    expression(
      'Number of a document that is booked. The answer has `kind`, `at`, `partner`, `reference` and `lines`, each with `line`, `sku`, `lot`, `from`, `to`, `quantity` and `reference`: what it moved, without what cancelled it.',
    ),
  ),
  reservation: optional(
    expression(
      'A reservation. The answer has `state`, `at`, `expiresAt`, `partner`, `reference` and `lines`, each with `line`, `sku`, `location` or `pool`, `lot`, `quantity`, `committed` and `held`.',
    ),
  ),
  order: optional(
    expression(
      'Number of an order of which something is open. The answer has `lines`, each with `line`, `kind`, `sku`, `location`, `due` and `quantity`, which is what is open.',
    ),
  ),
  table: optional(
    text('Name of a table: config/tables/<name>.csv. The answer is the row, without empty cells.'),
  ),
  key: optional(expression('Of a table: what to look for in the first column.')),
  http: optional(
    text(
      'Name of a connector of the kind http, whose address is asked by GET. The answer is the JSON that it gives.',
    ),
  ),
  path: optional(
    expression(
      'Of http: what is asked for, put behind the address; it begins with a slash. What a record says goes through $encodeUrlComponent, unless it has letters and digits alone.',
    ),
  ),
  cache: optional(
    duration(
      'Of http: how long an answer holds, whatever flow or payload asks again; that there is none holds for a tenth of it, 30s at most. Left out: for one batch of records.',
    ),
  ),
  timeout: optional(duration('Of http: how long one question may take. Left out: 5s.')),
  missing: optional(
    choice(
      'When there is nothing by that name: park the record, keep it as it is, or drop it, which is counted as filtered.',
      ['park', 'keep', 'drop'],
    ),
    'park',
  ),
  into: text('Field that takes the answer.'),
});

const options: Field<EnrichOptions> = {
  ...(fields as Field<EnrichOptions>),
  read(value, path, report) {
    const read = fields.read(value, path, report);
    if (!read || !isObject(value)) return undefined;
    const given = names.filter((name) => name in value);
    const [kind] = given;
    if (kind === undefined || given.length > 1) {
      const message =
        kind === undefined ? 'the step asks nobody' : `${given.join(' and ')} stand side by side`;
      report({ path, code: 'CONFIG_BAD_VALUE', message, todo: `give one of ${names.join(', ')}` });
      return undefined;
    }
    let good = true;
    for (const [other, of] of Object.entries(kinds)) {
      for (const name of of) {
        if (other === kind || !(name in value)) continue;
        const message = `'${name}' is of ${other}, and the step asks ${kind}`;
        report({
          path: [...path, name],
          onKey: true,
          code: 'CONFIG_BAD_VALUE',
          message,
          todo: 'remove it',
        });
        good = false;
      }
    }
    const needed = ({ table: 'key', http: 'path' } as const)[kind as string as 'table' | 'http'];
    if (needed !== undefined && !(needed in value)) {
      const message = `'${needed}' is missing`;
      const todo = kind === 'http' ? `add path: "'/items/' & sku"` : 'add key: with an expression';
      report({ path, code: 'CONFIG_MISSING_FIELD', message, todo });
      good = false;
    }
    return good ? read : undefined;
  },
};

const kindOf = (options: EnrichOptions): Kind =>
  names.find((name) => options[name] !== undefined) ?? 'item';

export const enrich: StepSpec<EnrichOptions> = {
  name: 'enrich',
  about:
    'Puts into a field what the books, a table or another system say about a record, in both directions. All records of a batch are asked for together: the books once (documents one by one, each once), another system side by side, each question once; so it is among the steps of a list, for the elements of all records of the batch. A system that fails is asked again, and after several failures left alone for a while (`stockbus_enrich_circuit`, `enrich.circuit` in the log); meanwhile the payload is not taken, and comes again: nothing is parked for what the world does.\n\n**Replays.** In a flow into stock the answer is that of the moment at which the payload is read, and what of it enters a message is part of its content. The same payload, read again after another answer, is another content under the same key: it is parked as `ID_CONFLICT`, and nothing is booked twice. So no key may be made of an answer, no `when` of targets that have keys of their own, and no `each` of a target (`FLOW_CHANGES_ON_REPLAY`); filters and rules may read it. What the books say of `stock`, a `reservation` or an `order` changes by what the flow itself books, and is told where it enters a message (`FLOW_BOOKS_IN_DOCUMENT`).\n\nIn tests the books answer from `stock` and `booked`, and connectors from `answers`; `stockbus try --answers FILE` takes the same.',
  options,
  examples: [
    'enrich: { stock: { sku: sku, location: location }, into: there }',
    'enrich: { item: sku, missing: keep, into: item }',
    'enrich: { document: despatchNo, into: despatch }',
    `enrich: { http: pim, path: "'/items/' & $encodeUrlComponent(sku)", cache: 1h, timeout: 2s, into: item }`,
  ],
  shape: shapeAfter,
  inputs: (of, { path }) => {
    const question = questionOf(of, path);
    return { question };
  },
  needs,
  make(of, tools) {
    const { missing, into } = of;
    const kind = kindOf(of);
    const rows =
      kind === 'table' ? tools.table(of.table!, [...tools.path, 'table']).rows : undefined;
    return () => ({
      push(record, { question, answer }, emit) {
        const found = rows ? rowOf(rows, question, of) : answer;
        if (found instanceof StockbusError) throw found;
        if (found !== undefined && found !== null) {
          record.value = { ...record.value, [into]: found };
          emit(record);
        } else if (missing === 'park') throw notFound(kind, of, question);
        else if (missing === 'keep') emit(record);
      },
    });
  },
};

function shapeAfter(of: EnrichOptions, before: Shape, { path }: StepPlace): Shape {
  const kind = kindOf(of);
  const at = [...path, 'into'];
  const lists = new Map(before.lists);
  lists.delete(of.into);
  const inside = fieldsOf[kind];
  const { records = [], answers = [] } = before;
  const shape: Shape = {
    ...{ of: `what ${kind} answers`, others: 'none', lists: new Map(), madeAt: at, whole: false },
    fields: new Map(inside?.map((name) => [name, undefined])),
  };
  const answered = { at, field: of.into, ofBooks: ofBooks.includes(kind) };
  return {
    ...before,
    lists,
    fields: new Map(before.fields).set(of.into, at),
    ...(inside ? { records: [...records, { at, shape }] } : {}),
    ...(kind === 'table' ? {} : { answers: [...answers, answered] }),
  };
}

function questionOf(of: EnrichOptions, path: StepPlace['path']): Input {
  const { stock } = of;
  if (stock) {
    const given = Object.entries(stock).filter(([, one]) => one !== undefined);
    const inputs = given.map(([name, one]): [string, Input] => [
      name,
      { expression: one, path: [...path, 'stock', name] },
    ]);
    return { fields: Object.fromEntries(inputs) };
  }
  const kind = kindOf(of);
  const name = kind === 'table' ? 'key' : kind === 'http' ? 'path' : kind;
  return { expression: of[name] as string, path: [...path, name] };
}

function needs(of: EnrichOptions): StepNeed | undefined {
  const port = kindOf(of);
  if (port === 'table') return undefined;
  const need = { port, question: 'question', answer: 'answer' };
  if (port !== 'http') return need;
  const { cache: cacheMs = 0, timeout: timeoutMs = limits.enrichTimeoutMs } = of;
  return { ...need, connector: of.http!, terms: { cacheMs, timeoutMs } };
}

function rowOf(
  rows: LookupTable['rows'],
  key: unknown,
  { table }: EnrichOptions,
): RecordValue | undefined {
  const what = `the key of the table ${table}`;
  const row = rows.get(identifierOf(asText(key, what), what));
  return row && Object.fromEntries(Object.entries(row).filter(([, cell]) => cell !== ''));
}

function notFound(kind: Kind, of: EnrichOptions, question: unknown): StockbusError {
  const whom = kind === 'http' ? of.http : kind === 'table' ? `the table ${of.table}` : 'the books';
  const asked = isObject(question) ? question.sku : question;
  const name = typeof asked === 'string' || typeof asked === 'number' ? String(asked) : '';
  if (name === '') {
    const todo = 'Fill the field, or say `missing: keep` or `missing: drop` in the step.';
    const message = `enrich asks ${whom} for nothing: what it is to ask by is empty`;
    return new StockbusError('ENRICH_NOT_FOUND', message, undefined, { todo });
  }
  const what = kind === 'http' || kind === 'table' ? '' : `${kind === 'stock' ? 'SKU' : kind} `;
  const message = `enrich: ${whom} ${kind === 'http' || kind === 'table' ? 'has' : 'have'} no ${what}'${name.slice(0, 100)}'`;
  return new StockbusError('ENRICH_NOT_FOUND', message);
}
