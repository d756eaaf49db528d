import type { ConfigProblem } from '../exceptions/cryptofuse-config.exception.js';

type OptionCheck = (settings: object) => readonly ConfigProblem[];

let check: OptionCheck | undefined;

/** Has `found` find the problems from here on: what needs class-validator is there once it is loaded. */
export function findOptionProblemsBy(found: OptionCheck): void {
  check = found;
}

/**
 * Returns what class-validator finds wrong with `settings`, without any value.
 *
 * @throws {Error} where no module has been started yet, which is what loads class-validator
 */
export function optionProblems(settings: object): readonly ConfigProblem[] {
  if (check === undefined) throw new Error('Options are checked once a module has been started.');
  return check(settings);
}
