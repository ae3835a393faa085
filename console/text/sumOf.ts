const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/** Of decimal texts, exactly, with as many digits as the finest of them has; what is no decimal counts nothing. */
export function sumOf(texts: readonly string[]): string {
  const parts = texts.flatMap((text) => {
    const [, minus = '', whole, rest = ''] = DECIMAL.exec(text) ?? [];
    return whole === undefined ? [] : [{ minus, whole, rest }];
  });
  const digits = Math.max(0, ...parts.map(({ rest }) => rest.length));
  const sum = parts.reduce(
    (so, { minus, whole, rest }) => so + BigInt(minus + whole + rest.padEnd(digits, '0')),
    0n,
  );
  const text = String(sum < 0n ? -sum : sum).padStart(digits + 1, '0');
  const point = text.length - digits;
  return (sum < 0n ? '-' : '') + text.slice(0, point) + (digits ? `.${text.slice(point)}` : '');
}
