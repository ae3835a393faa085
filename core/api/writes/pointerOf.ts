/** A field as faults name it (`lines[0].sku`), as a JSON pointer into the body (RFC 6901). */
export const pointerOf = (field: string): string =>
  field === ''
    ? ''
    : `/${field
        .replaceAll(/\[(\d+)\]/g, '.$1')
        .split('.')
        .map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'))
        .join('/')}`;
