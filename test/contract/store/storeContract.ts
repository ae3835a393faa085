/** What every store promises, as core/ports.ts states it. Each backend runs all of it. */
import { describeBooks } from './books.ts';
import { describeClocks } from './clocks.ts';
import { describeClosings } from './closings.ts';
import { describeCommits } from './commits.ts';
import { describeControl } from './control.ts';
import { describeCosting } from './costing.ts';
import { describeDeadLetters } from './deadLetters.ts';
import { describeEvents } from './events.ts';
import { describeHistory } from './history.ts';
import { describeLeases } from './leases.ts';
import { describeLists } from './lists.ts';
import { describeLooks } from './looks.ts';
import { describeNames } from './names.ts';
import { describePacks } from './packs.ts';
import { describeProcesses } from './processes.ts';
import { describeProducers } from './producers.ts';
import { describeRecording } from './recording.ts';
import { describeReservations } from './reservations.ts';
import { describeStages } from './stages.ts';
import { storeOfTest } from './withStore.ts';

export interface StorePlace {
  /** Address of a store that has never been used. */
  fresh(): string;
  /** Removes all that `fresh` gave out. */
  remove(): Promise<void>;
}

export function storeContract(place: StorePlace): void {
  after(() => place.remove());
  describeCommits(place);
  describeBooks(place);
  describeLists(place);
  describeNames(place);
  describeClocks(place);
  describeCosting(place);
  describePacks(place);
  describeClosings(place);
  describeReservations(place);
  describeRecording(place);
  describeLooks(place);
  describeEvents(place);
  describe('what waits', () => {
    const at = storeOfTest(place);
    describeStages(() => at.store);
  });
  describe('what the hub keeps about its own work', () => {
    const at = storeOfTest(place);
    describeControl(() => at.store);
  });
  describe('what is noted', () => {
    const at = storeOfTest(place);
    describeHistory(() => at.store);
  });
  describe('who publishes', () => {
    const at = storeOfTest(place);
    describeProducers(() => at.store);
  });
  describe('what nobody took', () => {
    const at = storeOfTest(place);
    describeDeadLetters(() => at.store);
  });
  describeProcesses(place);
  describeLeases(place);
}
