import { readsVariable } from './expression/readsVariable.ts';

/** Whether a text of the flow reads `$name`. */
export const isRead = (name: string, flow: unknown): boolean =>
  readsVariable(name, JSON.stringify(flow) ?? '');
