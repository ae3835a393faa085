import { StockbusError } from '../errors.ts';
import type { WriterFacts } from '../ports.ts';

const PLACEHOLDER = /\{(count|date|since|asOf)(?::([^{}]*))?\}/g;

/** A line around records, with what is known of them in place of `{count}`, `{date:yyyyMMdd}` and the like. */
export function writtenLine(line: string, facts: WriterFacts): string {
  return line.replace(PLACEHOLDER, (placeholder, name: keyof WriterFacts, form = '') => {
    const fact = facts[name];
    if (fact === undefined) throw unknown(placeholder, name);
    if (name === 'count') return fact.padStart(Number(form) || 1, '0');
    return dateIn(fact, form || 'yyyy-MM-dd');
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

function dateIn(fact: string, pattern: string): string {
  const iso = new Date(fact).toISOString();
  const parts: Readonly<Record<string, string>> = {
    yyyy: iso.slice(0, 4),
    yy: iso.slice(2, 4),
    MM: iso.slice(5, 7),
    dd: iso.slice(8, 10),
    HH: iso.slice(11, 13),
    mm: iso.slice(14, 16),
    ss: iso.slice(17, 19),
    SSS: iso.slice(20, 23),
  };
  return pattern.replace(/yyyy|yy|MM|dd|HH|mm|ss|SSS/g, (token) => parts[token]!);
}
