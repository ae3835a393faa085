/** Exit codes of a process that a signal ended, by convention 128 and its number. */
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

export type EndingSignal = keyof typeof exitCodes;
const endingSignals = Object.keys(exitCodes) as EndingSignal[];

/** Ends the process as the signal asks it to, at once. */
export function endBy(signal: EndingSignal): never {
  process.exit(exitCodes[signal]);
}

/** Calls `act` at each signal that asks to end; the result takes it back. */
export function onEndingSignals(act: (signal: EndingSignal) => void): () => void {
  const listeners = endingSignals.map((signal) => [signal, () => act(signal)] as const);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}

/** A terminal that goes, or a service manager that asks to reload, ends nothing. */
export function onHangup(act: () => void): () => void {
  process.on('SIGHUP', act);
  return () => process.off('SIGHUP', act);
}
