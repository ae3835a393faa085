import { decimalText, type Language } from './decimalText.ts';

export type Values = Readonly<Record<string, string | number | bigint>>;

/**
 * `{count} {count|record|records} of {flow}`: a name gives its value, and a name with words behind it the
 * first where the value is one, else the second.
 */
export function filled(text: string, values: Values, language: Language): string {
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^|}]*))?\}/g, (_, name: string, one, many) => {
    const value = String(values[name] ?? '');
    if (one !== undefined) return value === '1' ? one : many;
    return typeof values[name] === 'string' ? value : decimalText(value, language);
  });
}
