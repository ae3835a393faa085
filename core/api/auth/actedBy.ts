import type { Body } from '../jsonBody.ts';
import type { Caller } from './Caller.ts';

/** Who does it, as cases and the trail name him: what is known, and behind it the name that he says himself. */
export const actedBy = ({ actor }: Caller, { by }: Body): string =>
  by === undefined ? actor : `${actor} (${by})`;
