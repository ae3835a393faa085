/** What an expression is for, which says how strictly it runs. */

/**
 * A test is evaluated in the logic of threeValued.ts; in a key, no part of a text may be nothing; in a
 * name, which is the identifier of something, none but where a condition says so.
 */
export type ExpressionForm = 'value' | 'test' | 'key' | 'name';
