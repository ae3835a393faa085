/** What unit tests have in the place of a store keeps its promises too. */
import { MemoryControl } from '../../property/MemoryControl.ts';
import { describeControl } from './control.ts';

describe('control rows in memory', () => {
  let control: MemoryControl;
  beforeEach(() => {
    control = new MemoryControl();
  });
  describeControl(() => control);
});
