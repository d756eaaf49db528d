import { OptionRules } from './option-rules.js';

/** Returns a property decorator that demands `holds` of an option, and says `remedy` where it does not. */
export function OptionRule(
  name: string,
  holds: (value: unknown) => boolean,
  remedy: string,
): PropertyDecorator {
  const validate = (value: unknown): boolean => holdsReadably(holds, value);
  const validator = { validate, defaultMessage: () => remedy };
  return OptionRules(({ ValidateBy }) => [ValidateBy({ name, validator })]);
}

/** What throws when it is looked at, a lazy proxy for instance, is not what the rule demands. */
function holdsReadably(holds: (value: unknown) => boolean, value: unknown): boolean {
  try {
    return holds(value);
  } catch {
    return false;
  }
}
