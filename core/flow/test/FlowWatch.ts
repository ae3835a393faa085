import type { Place } from '../../errors.ts';
import type { Expression, Scope, Step } from '../../ports.ts';
import type { PathRead } from '../expression/pathReads.ts';
import type { Variables } from '../expression/variables.ts';
import type { ReadingPlace } from './SeenPaths.ts';

/** Is shown the steps and conditions of flows while they are compiled, and may stand between. */
export interface FlowWatch {
  /** In the order of the flow. The result takes each step that is made, anew for each payload. */
  step(at: Place, name: string): (step: Step) => Step;
  /** What is evaluated in the place of the condition. */
  condition(at: Place, text: string, evaluate: Expression): Expression;
  /** The result is told which branch of a condition inside of an expression is taken. */
  branch(at: Place, asked: string): (isTrue: boolean) => void;
  /** The result is told that one of several targets of a type made a message. */
  target(at: Place, type: string): () => void;
  /** The result is shown what an expression runs over, before it does. */
  reads?(
    place: ReadingPlace,
    reads: readonly PathRead[],
    variables: Variables,
  ): (scope: Scope) => void;
}
