/** Configuration and flows of the ledger's bench; apart, since verify's process loads nothing that it does not need. */
export const ledgerFixture = 'bench/ledger/hub';
