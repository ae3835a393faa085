/** A format by its name, with the options of one side: `csv`, or `{ csv: { delimiter: ";" } }`; packed: `{ unpack: gzip, csv: {} }`. */
import { packings } from '../codecs/packings.ts';
import type { CodecSpec, PackingSpec } from '../ports.ts';
import { choice, type Field, isObject, reportUnknown, suggestion } from '../spec.ts';
import { custom, type Named, nameIn, schemaOf } from './namedField.ts';

export interface ReadFormat extends Named<CodecSpec> {
  /** What its payloads are packed in. */
  packing?: Named<PackingSpec>;
}

/** Beside the format: what its payloads are packed in. */
const sides = {
  readOptions: { word: 'unpack', field: unpackField() },
  writeOptions: { word: 'pack', field: packField() },
} as const;

export function codecField(
  about: string,
  all: readonly CodecSpec[],
  side: 'readOptions' | 'writeOptions',
): Field<ReadFormat> {
  const unread = side === 'readOptions' ? all.filter((spec) => spec.unread !== undefined) : [];
  const codecs = all.filter((spec) => !unread.includes(spec));
  const known = codecs.map((spec) => spec.name);
  const { word, field } = sides[side];
  const beside = { [word]: field.schema };
  return custom({
    about,
    kind: 'format',
    schema: {
      anyOf: [
        { type: 'string', enum: known },
        ...schemaOf(codecs, (index) => codecs[index]![side].schema, beside),
      ],
    },
    read(value, path, report) {
      const named = typeof value === 'string' ? { [value]: {} } : value;
      if (!isObject(named)) {
        report({
          path,
          code: 'CONFIG_WRONG_TYPE',
          message: `${JSON.stringify(value)} is not a format`,
          todo: `write one of ${known.join(', ')}`,
        });
        return undefined;
      }
      const lacking = unread.find((spec) => Object.hasOwn(named, spec.name));
      if (lacking) {
        const message = `'${lacking.name}' is written, and not read`;
        report({ path, code: 'FLOW_UNKNOWN_CODEC', message, todo: lacking.unread! });
        return undefined;
      }
      if (typeof value === 'string' && !known.includes(value)) {
        report({
          path,
          code: 'FLOW_UNKNOWN_CODEC',
          message: `'${value}' is not a format`,
          todo: suggestion(value, known),
        });
        return undefined;
      }
      const { [word]: packed, ...others } = named;
      const name = nameIn(others, known, path, 'FLOW_UNKNOWN_CODEC', 'format', report);
      if (name === undefined) return undefined;
      const isAlone = reportUnknown(others, [name], path, report);
      const spec = codecs.find((one) => one.name === name)!;
      const options = spec[side].read(named[name] ?? {}, [...path, name], report);
      const isPacked = Object.hasOwn(named, word);
      const packing = isPacked ? field.read(packed, [...path, word], report) : undefined;
      if (options === undefined || !isAlone || (isPacked && !packing)) return undefined;
      return { name, spec, options, ...(packing ? { packing } : {}) };
    },
  });
}

/** `gzip`, or `{ zip: { entries: "*.csv" } }`. */
function unpackField(): Field<Named<PackingSpec>> {
  const known = packings.map(({ name }) => name);
  return custom({
    about: `What each payload comes packed in: ${known.join(', ')}.`,
    kind: 'packing',
    schema: {
      anyOf: [
        { type: 'string', enum: known },
        ...schemaOf(packings, (index) => packings[index]!.options.schema),
      ],
    },
    read(value, path, report) {
      const named = typeof value === 'string' ? { [value]: {} } : isObject(value) ? value : {};
      const name = nameIn(named, known, path, 'CONFIG_BAD_VALUE', 'packing', report);
      if (name === undefined || !reportUnknown(named, [name], path, report)) return undefined;
      const spec = packings.find((one) => one.name === name)!;
      const options = spec.options.read(named[name] ?? {}, [...path, name], report);
      return options === undefined ? undefined : { name, spec, options };
    },
  });
}

function packField(): Field<Named<PackingSpec>> {
  const written = packings.filter(({ pack }) => pack);
  const known = written.map(({ name }) => name);
  const about = `What each payload is packed in: ${known.join(' or ')}. The name of its file ends so (\`.csv.gz\`).`;
  const of = choice(about, known);
  return custom({
    about,
    kind: of.kind,
    schema: of.schema,
    read(value, path, report) {
      const name = of.read(value, path, report);
      const spec = written.find((one) => one.name === name);
      return spec && { name: spec.name, spec, options: {} };
    },
  });
}
