/** Control and format characters (bidi, zero width), line and paragraph separators, lone surrogates. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * What a partner sent is shown, never obeyed: what a terminal would act on, or nobody could see, is
 * written as `\u001b`. Within JSON text that stays the same value.
 */
export const escapeControls = (text: string): string =>
  text.replace(UNSEEN, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
