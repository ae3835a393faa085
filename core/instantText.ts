/** An instant in UTC by the letters of a pattern (yyyy yy MM dd HH mm ss SSS); `letters` finds those that are meant, all else stays. */
export function instantText(at: Date, pattern: string, letters: RegExp): string {
  const iso = at.toISOString();
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
  return pattern.replace(letters, (token) => parts[token]!);
}
