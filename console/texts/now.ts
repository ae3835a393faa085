export const nowTexts = {
  'now.title': ['Now', 'Jetzt'],
  'now.well': [
    'All is well. Nothing waits for a person.',
    'Alles läuft. Nichts wartet auf einen Menschen.',
  ],
  'now.todo': ['What needs a person', 'Was einen Menschen braucht'],
  'now.moreCauses': [
    '{message}, and {count} {count|other cause|other causes}',
    '{message}, und {count} {count|weitere Ursache|weitere Ursachen}',
  ],
  'now.parked': [
    '{flow}: {count} {count|record is|records are} parked',
    '{flow}: {count} {count|Datensatz ist|Datensätze sind} geparkt',
  ],
  'now.parkedDo': [
    'Correct {count} {count|record|records}',
    '{count} {count|Datensatz|Datensätze} korrigieren',
  ],
  'now.dead': [
    '{count} {count|message was|messages were} given up',
    '{count} {count|Nachricht wurde|Nachrichten wurden} aufgegeben',
  ],
  'now.deadMeans': ['Subscribers have not heard of it.', 'Empfänger haben nicht davon gehört.'],
  'now.deadDo': ['Look at them', 'Ansehen'],
  'now.endpoint': ['{endpoint} takes nothing', '{endpoint} nimmt nichts an'],
  'now.endpointOpen': [
    'It is tried again by itself; what is for it waits.',
    'Es wird von selbst wieder versucht; was dorthin soll, wartet.',
  ],
  'now.endpointPaused': [
    'Paused: what is for it waits until somebody resumes it.',
    'Angehalten: was dorthin soll, wartet, bis jemand es fortsetzt.',
  ],
  'now.endpointDo': ['See the attempts', 'Versuche ansehen'],
  'now.paused': ['{flow} is paused', '{flow} ist angehalten'],
  'now.pausedBy': ['By {by}: {reason}', 'Von {by}: {reason}'],
  'now.pausedDo': ['Resume', 'Fortsetzen'],
  'now.resume': ['Resume {flow}', '{flow} fortsetzen'],
  'now.resumeMeans': [
    'The flow goes on with what waits for it, and takes what comes.',
    'Der Flow macht mit dem weiter, was auf ihn wartet, und nimmt an, was kommt.',
  ],
  'now.resumed': ['{flow} goes on', '{flow} läuft wieder'],
  'now.gone': ['{flow} is in no file any more', '{flow} steht in keiner Datei mehr'],
  'now.goneMeans': [
    'Something of it is left, and nobody works on it.',
    'Etwas davon ist übrig, und niemand arbeitet daran.',
  ],
  'now.goneDo': ['Look', 'Ansehen'],
  'now.check': ['{part} fails', '{part} ist gestört'],
  'now.checkDo': ['Look at its health', 'Zustand ansehen'],
  'now.unapplied': ['What was accepted is not booked', 'Angenommenes ist nicht gebucht'],
  'now.unappliedMeans': [
    'Stock figures are old by that much.',
    'Bestände sind um so viel veraltet.',
  ],
  'now.outbox': [
    '{count} records are booked and not told to subscribers',
    '{count} Datensätze sind gebucht und nicht gemeldet',
  ],
  'now.outboxMeans': [
    'Shops and partners see old stock.',
    'Shops und Partner sehen alte Bestände.',
  ],
  'now.gaps': [
    'What was accepted never came out of the broker',
    'Angenommenes kam nie aus dem Broker',
  ],
  'now.gapsMeans': [
    '{count} {count|run|runs} of batches are missing. See stockbus gaps.',
    '{count} {count|Reihe|Reihen} von Paketen fehlen. Siehe stockbus gaps.',
  ],
  'now.road': ['On the road', 'Unterwegs'],
  'now.toBook': ['To be booked', 'Zu buchen'],
  'now.inStages': ['Waiting in flows', 'Wartend in Flows'],
  'now.toTell': ['To be told', 'Zu melden'],
  'now.lying': ['Parked', 'Geparkt'],
  'now.givenUp': ['Given up', 'Aufgegeben'],
  'now.looked': ['Looked at', 'Gesehen'],
} as const;
