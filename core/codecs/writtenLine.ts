import { StockbusError } from '../errors.ts';
import { instantText } from '../instantText.ts';
import type { WriterFacts } from '../ports.ts';

const LETTERS = /yyyy|yy|MM|dd|HH|mm|ss|SSS/g;
const PLACEHOLDER = /\{(count|date|since|asOf)(?::([^{}]*))?\}/g;

/** A line around records, with what is known of them in place of `{count}`, `{date:yyyyMMdd}` and the like. */
export function writtenLine(line: string, facts: WriterFacts): string {
  return line.replace(PLACEHOLDER, (placeholder, name: keyof WriterFacts, form = '') => {
    const fact = facts[name];
    if (fact === undefined) throw unknown(placeholder, name);
    if (name === 'count') return fact.padStart(Number(form) || 1, '0');
    return instantText(new Date(fact), form || 'yyyy-MM-dd', LETTERS);
  });
}

const WHERE: Readonly<Record<keyof WriterFacts, string>> = {
  count: 'write it in `trailer`',
  date: 'write it in a report',
  since: 'write it in a report whose query states it, or a period',
  asOf: 'write it in a report whose query states it, or a period',
};

const unknown = (placeholder: string, name: keyof WriterFacts): StockbusError =>
  new StockbusError('CONFIG_BAD_VALUE', `${placeholder} is not known here`, undefined, {
    todo: WHERE[name],
  });
