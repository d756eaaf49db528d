import { OptionRules } from './option-rules.js';

/** Returns a property decorator that demands `holds` of an option, and says `remedy` where it does not. */
export function OptionRule(
  name: string,
  holds: (value: unknown) => boolean,
  remedy: string,
): PropertyDecorator {
  const validator = { validate: holds, defaultMessage: () => remedy };
  return OptionRules(({ ValidateBy }) => [ValidateBy({ name, validator })]);
}
