/** A format by its name, with the options of one side: `csv`, or `{ csv: { delimiter: ";" } }`. */
import type { CodecSpec } from '../ports.ts';
import { type Field, isObject, reportUnknown, suggestion } from '../spec.ts';
import { custom, type Named, nameIn, schemaOf } from './namedField.ts';

export function codecField(
  about: string,
  codecs: readonly CodecSpec[],
  side: 'readOptions' | 'writeOptions',
): Field<Named<CodecSpec>> {
  const known = codecs.map((spec) => spec.name);
  return custom({
    about,
    kind: 'format',
    schema: {
      anyOf: [
        { type: 'string', enum: known },
        ...schemaOf(codecs, (index) => codecs[index]![side].schema),
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
      if (typeof value === 'string' && !known.includes(value)) {
        report({
          path,
          code: 'FLOW_UNKNOWN_CODEC',
          message: `'${value}' is not a format`,
          todo: suggestion(value, known),
        });
        return undefined;
      }
      const name = nameIn(named, known, path, 'FLOW_UNKNOWN_CODEC', 'format', report);
      if (name === undefined) return undefined;
      const isAlone = reportUnknown(named, [name], path, report);
      const spec = codecs.find((one) => one.name === name)!;
      const options = spec[side].read(named[name] ?? {}, [...path, name], report);
      return options === undefined || !isAlone ? undefined : { name, spec, options };
    },
  });
}
