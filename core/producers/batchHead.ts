/** Who published a batch, and its number, where it lies: whatever else is wrong with it, it has come. */
export interface BatchHead {
  producer: string;
  number: number;
  /** It has no parts, and says that all up to its number was published before it. */
  isMark: boolean;
}

const HEAD = /^\{"v":\d+,"producer":"(?<producer>[\w-]{1,64})","number":(?<number>[1-9]\d{0,14}),/;
const HEAD_BYTES = 128;
const NO_PARTS = '"parts":[]}';

/** Undefined where it names none. */
export function headOf({ buffer, byteOffset, byteLength }: Uint8Array): BatchHead | undefined {
  const body = Buffer.from(buffer, byteOffset, byteLength);
  const found = HEAD.exec(body.toString('latin1', 0, HEAD_BYTES))?.groups;
  if (!found) return undefined;
  const isMark = body.toString('latin1', Math.max(0, byteLength - NO_PARTS.length)) === NO_PARTS;
  return { producer: found.producer!, number: Number(found.number), isMark };
}
