/** Thrown when another writer has changed a SKU since this round read it. */
export class StateMoved extends Error {}
