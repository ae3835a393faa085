/** What words say of a field, whatever its name is otherwise. */

/** Names that say too little to be sure of, though one knows them. */
export const vagueNames: ReadonlySet<string> = new Set([
  ...[
    'id',
    'no',
    'nr',
    'number',
    'nummer',
    'code',
    'reference',
    'count',
    'doc',
    'source',
    'target',
  ],
  ...['change', 'store', 'bin', 'place', 'account', 'time', 'units', 'part', 'order'],
]);

/** Last words of what nobody is called by, but something is told in. */
export const tellingWords: ReadonlySet<string> = new Set([
  ...['name', 'title', 'description', 'desc', 'bezeichnung', 'text', 'note', 'notes', 'comment'],
  ...['url', 'uri', 'link', 'href', 'image', 'email', 'phone', 'status', 'type', 'address'],
]);

/** Last words of what something is called by. */
export const numberWords: ReadonlySet<string> = new Set([
  ...['id', 'code', 'no', 'nr', 'number', 'num', 'nummer', 'key', 'gln', 'identification', 'ref'],
  // `item.@internalId`
  'internal',
]);

/** Words of what is paid: a number under such a name is none of pieces, and nobody's number. */
export const moneyWords: ReadonlySet<string> = new Set([
  ...[
    'amount',
    'amt',
    'price',
    'prices',
    'cost',
    'costs',
    'value',
    'tax',
    'taxes',
    'vat',
    'subtotal',
  ],
  ...[
    'discount',
    'fee',
    'net',
    'gross',
    'rate',
    'balance',
    'betrag',
    'preis',
    'umsatz',
    'wert',
    'summe',
  ],
  ...[
    'debit',
    'credit',
    'paid',
    'payable',
    'charge',
    'total',
    'importe',
    'precio',
    'montant',
    'prix',
  ],
]);

/** Words of how much there is: with one of them it is no money, whatever else is said. */
export const quantityWords: ReadonlySet<string> = new Set([
  ...['quantity', 'qty', 'menge', 'anzahl', 'units', 'pieces', 'pcs', 'stk', 'count', 'onhand'],
  ...['bestand', 'counted', 'cantidad'],
]);

/** Words of a date, in whatever digits it is written. */
export const dateWords: ReadonlySet<string> = new Set([
  ...['date', 'datum', 'day', 'time', 'datetime', 'timestamp', 'at', 'tag', 'fecha'],
]);
