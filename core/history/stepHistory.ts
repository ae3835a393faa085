/** Of which records it is kept what they were between the steps of their flow. */
export const stepHistories = ['off', 'errors', 'sampled', 'full'] as const;
export type StepHistory = (typeof stepHistories)[number];
