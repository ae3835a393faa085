/** Decimals of currencies by ISO 4217, as far as they are not two. */
const digits: ReadonlyMap<string, number> = new Map([
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'
    .split(' ')
    .map((code) => [code, 0] as const),
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3] as const),
  ...'CLF UYW'.split(' ').map((code) => [code, 4] as const),
  // What has no smallest unit: metals, and units of account.
  ...'XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX'
    .split(' ')
    .map((code) => [code, 6] as const),
]);

export const currencyDigits = (code: string): number => digits.get(code) ?? 2;
