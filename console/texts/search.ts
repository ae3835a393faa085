export const searchTexts = {
  'search.title': ['Search', 'Suche'],
  'search.teach': [
    'Any number that you know: a purchase order, an SKU, a lot, a file, a message. What became of it is told from the row of the file to the delivery.',
    'Jede Nummer, die Sie kennen: Bestellung, SKU, Charge, Datei, Nachricht. Was daraus wurde, von der Zeile der Datei bis zur Zustellung.',
  ],
} as const;
