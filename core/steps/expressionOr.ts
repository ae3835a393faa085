import { expression, type Field, isObject, type Path } from '../spec.ts';

/** Options that may be an expression alone, which then stands for the field of that name. */
export interface WithExpression {
  /** Where the expression stands, from the options on. */
  readonly at: Path;
}

/** `filter: Status = "POSTED"` or `filter: { where: Status = "POSTED", missing: drop }`. */
export function expressionOr<Options>(
  name: keyof Options & string,
  whole: Field<Options>,
  alone: (text: string) => Options,
): Field<Options & WithExpression> {
  const text = expression(whole.fields?.[name]?.about ?? whole.about);
  return {
    about: whole.about,
    kind: `${text.kind}, or ${whole.kind}`,
    schema: { description: whole.about, anyOf: [text.schema, whole.schema] },
    optional: false,
    ...(whole.fields ? { fields: whole.fields } : {}),
    read(value, path, report) {
      if (isObject(value)) {
        const read = whole.read(value, path, report);
        return read && { ...read, at: [name] };
      }
      const read = text.read(value, path, report);
      return read === undefined ? undefined : { ...alone(read), at: [] };
    },
  };
}
