import type * as ClassValidator from 'class-validator';

/** The decorators of class-validator that the options' rules are written with. */
type RuleDecorators = Pick<
  typeof ClassValidator,
  'IsIn' | 'IsInt' | 'Max' | 'Min' | 'ValidateBy' | 'ValidateIf' | 'ValidateNested'
>;

type Rules = (decorators: RuleDecorators) => readonly PropertyDecorator[];

const stated: { target: object; member: string | symbol; rules: Rules }[] = [];
const ruled = new Set<unknown>();

/**
 * Returns a property decorator that states what class-validator is to demand of an option. The rules wait
 * until options are checked: to load class-validator takes many times as long as to load this package.
 */
export function OptionRules(rules: Rules): PropertyDecorator {
  return (target, member) => {
    stated.push({ target, member, rules });
    ruled.add(target);
  };
}

/** Returns whether the class of `value` states rules. */
export function hasOptionRules(value: unknown): value is object {
  return typeof value === 'object' && value !== null && ruled.has(Object.getPrototypeOf(value));
}

/** Tells class-validator, by its own `decorators`, of the rules that it has not been told of yet. */
export function applyOptionRules(decorators: RuleDecorators): void {
  for (const { target, member, rules } of stated.splice(0)) {
    for (const decorate of rules(decorators)) decorate(target, member);
  }
}
