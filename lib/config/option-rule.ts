import { OptionRules } from './option-rules.js';

/** Returns a property decorator that demands `holds` of an option, and says `remedy` where it does not. */
export function OptionRule(
  name: string,
  holds: (value: unknown) => boolean,
  remedy: string,
): PropertyDecorator {
  return OptionProblem(name, (value) => (holds(value) ? undefined : remedy), remedy);
}

/**
 * Returns a property decorator that demands of an option that `problemOf` finds nothing wrong with it.
 *
 * @param unreadable what is said of a value that throws when it is looked at, a lazy proxy for instance
 */
export function OptionProblem(
  name: string,
  problemOf: (value: unknown) => string | undefined,
  unreadable: string,
): PropertyDecorator {
  const problem = (value: unknown): string | undefined => {
    try {
      return problemOf(value);
    } catch {
      return unreadable;
    }
  };
  const validator = {
    validate: (value: unknown): boolean => problem(value) === undefined,
    defaultMessage: (found?: { readonly value: unknown }) => problem(found?.value) ?? unreadable,
  };
  return OptionRules(({ ValidateBy }) => [ValidateBy({ name, validator })]);
}
