/** Queues of test/fixtures/stages. */
export const stageQueues: readonly string[] = [
  'stock.commands.g1.p00',
  ...[
    ...['receipts.await-despatches', 'parts.group', 'later.delay', 'later.delay-again'],
    ...['matched.await-announced', 'matched.delay', 'halves.group', 'torn.delay'],
  ].map((name) => `stage.g1.${name}.p00`),
];
