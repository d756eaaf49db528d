import type * as ClassValidator from 'class-validator';
import type { ConfigProblem } from '../exceptions/cryptofuse-config.exception.js';

/** Returns a property decorator that reports `remedy` if `holds` returns false for the option. */
export function OptionRule(
  name: string,
  holds: (value: unknown) => boolean,
  remedy: string,
): PropertyDecorator {
  return OptionProblem(name, (value) => (holds(value) ? undefined : remedy));
}

/** Returns a property decorator that reports the problem `problemOf` returns for the option, if any. */
export function OptionProblem(
  name: string,
  problemOf: (value: unknown) => string | undefined,
): PropertyDecorator {
  const validator = {
    validate: (value: unknown): boolean => problemOf(value) === undefined,
    defaultMessage: (found?: { readonly value: unknown }) => problemOf(found?.value) ?? '',
  };
  return OptionRules(({ ValidateBy }) => [ValidateBy({ name, validator })]);
}

/** The decorators of class-validator that the options' rules are written with. */
type RuleDecorators = Pick<
  typeof ClassValidator,
  'IsIn' | 'IsInt' | 'Max' | 'Min' | 'ValidateBy' | 'ValidateIf' | 'ValidateNested'
>;

type Rules = (decorators: RuleDecorators) => readonly PropertyDecorator[];

/**
 * The prefix of an option's name in its rules. class-validator groups rules by name in an object that inherits from
 * `Object.prototype`: a member there with an option's name would leave that option unchecked.
 */
export const RULE_PREFIX = 'option ';

const stated: { target: object; member: string; rules: Rules }[] = [];
const ruled = new Set<unknown>();

/**
 * Returns a property decorator that adds class-validator rules to an option. The rules are registered only when options
 * are checked, because loading class-validator takes many times as long as loading this package.
 */
export function OptionRules(rules: Rules): PropertyDecorator {
  return (target, member) => {
    stated.push({ target, member: String(member), rules });
    ruled.add(target);
  };
}

/** Returns whether the class of `value` has rules. */
export function hasOptionRules(value: unknown): value is object {
  return typeof value === 'object' && value !== null && ruled.has(Object.getPrototypeOf(value));
}

/** Registers all pending rules with class-validator, through its `decorators`. */
export function applyOptionRules(decorators: RuleDecorators): void {
  for (const { target, member, rules } of stated.splice(0)) {
    for (const decorate of rules(decorators)) decorate(target, `${RULE_PREFIX}${member}`);
  }
}

type OptionCheck = (settings: object) => readonly ConfigProblem[];

let check: OptionCheck | undefined;

/** Sets the check that {@link optionProblems} calls. It needs class-validator, which is loaded later. */
export function findOptionProblemsBy(optionCheck: OptionCheck): void {
  check = optionCheck;
}

/**
 * Returns what class-validator finds wrong with `settings`, without any value.
 *
 * @throws {Error} if no module has been started yet, since that loads class-validator
 */
export function optionProblems(settings: object): readonly ConfigProblem[] {
  if (check === undefined) throw new Error('Options are checked once a module has been started.');
  return check(settings);
}
