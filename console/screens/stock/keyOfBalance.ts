/** One balance, as the address names it. */
export interface Balance {
  sku: string;
  location: string;
  lot: string;
  status: string;
}

const fields = ['sku', 'location', 'lot', 'status'] as const;

/** Whatever stands in its parts. */
export const keyOfBalance = (of: Readonly<Record<(typeof fields)[number], string>>): string =>
  fields.map((field) => encodeURIComponent(of[field])).join('/');

export function balanceOf(key: string): Balance {
  const parts = key.split('/').map(decodeURIComponent);
  const [sku = '', location = '', lot = '', status = ''] = parts;
  return { sku, location, lot, status };
}
