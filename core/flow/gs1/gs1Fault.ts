import { StockbusError } from '../../errors.ts';

type Gs1Code = 'GS1_BAD_KEY' | 'GS1_CHECK_DIGIT' | 'GS1_BAD_ELEMENT' | 'GS1_BAD_EVENT';

export const gs1Fault = (code: Gs1Code, message: string, todo?: string): StockbusError =>
  new StockbusError(code, message, undefined, todo === undefined ? {} : { todo });

const SHOWN = 60;

/** A text as a fault shows it: in quotes, control characters by their numbers, and not too long. */
export const shownText = (text: string): string =>
  JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
