import { OptionRules } from './option-rules.js';

/** Returns a property decorator that demands `holds` of an option, and says `remedy` where it does not. */
export function OptionRule(
  name: string,
  holds: (value: unknown) => boolean,
  remedy: string,
): PropertyDecorator {
  return OptionProblem(name, (value) => (holds(value) ? undefined : remedy));
}

/** Returns a property decorator that demands of an option that `problemOf` finds nothing wrong with it. */
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
