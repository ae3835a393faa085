/** What a comparison goes through: a list that is searched, and the parts of two lists or objects. */
import type { Node } from './ast.ts';
import type { Work } from './Work.ts';

type Pay = (work: Work, left: unknown, right: unknown) => void;

export const payOf = ({ value }: Node): Pay => (value === 'in' ? paySearch : payParts);

/** Entries that are looked at as fast as one step is made. */
const ENTRIES_PER_STEP = 16;

const paySearch: Pay = (work, _item, list) => {
  if (Array.isArray(list)) work.charge(Math.floor(list.length / ENTRIES_PER_STEP));
};

const payParts: Pay = (work, left, right) => {
  if (typeof left === 'object' && typeof right === 'object') work.goneThroughAll(left);
};
