import type { RecordValue, Scope } from '../ports.ts';

/** The record of the payload that something was made of: before any split, of a document its first row. */
export const recordRead = ({ root, members, source }: Scope): RecordValue =>
  root ?? members?.[0]?.value ?? source;
