import type { StageChapter } from '../../../core/ports.ts';
import { MemoryStages } from '../../../core/stages/MemoryStages.ts';
import { describeStages } from '../../contract/store/stages.ts';

describe('stages in memory', () => {
  let stages: StageChapter;

  beforeEach(() => {
    stages = new MemoryStages();
  });
  describeStages(() => stages);
});
