/** Bytes of a character in UTF-8, at most. */
const CHARACTER_BYTES = 3;

/** Whether a text has no more bytes in UTF-8; counted only where it may have. */
export const fitsInBytes = (text: string, most: number): boolean =>
  text.length * CHARACTER_BYTES <= most || Buffer.byteLength(text) <= most;
