import { ValidateBy } from 'class-validator';

/** Returns a property decorator that demands `holds` of an option, and says `remedy` where it does not. */
export function OptionRule(
  name: string,
  holds: (value: unknown) => boolean,
  remedy: string,
): PropertyDecorator {
  return ValidateBy({ name, validator: { validate: holds, defaultMessage: () => remedy } });
}
