import {
  IsIn,
  IsInt,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
  validateSync,
  type ValidationError,
  type ValidatorOptions,
} from 'class-validator';
import type { ConfigProblem } from '../exceptions/cryptofuse-config.exception.js';
import { findOptionProblemsBy } from './option-problems.js';
import { applyOptionRules, hasOptionRules } from './option-rules.js';

const DECORATORS = { IsIn, IsInt, Max, Min, ValidateBy, ValidateIf, ValidateNested };

const MASKED =
  'cannot be checked: Object.prototype has a member of this name; find out what has put it there';

/** Without a prototype, which may have been given others of its options. */
const CHECKS = Object.assign(Object.create(null) as ValidatorOptions, {
  forbidUnknownValues: false,
  stopAtFirstError: true,
  validationError: { target: false, value: false },
});

/** Returns what class-validator finds wrong with `settings`, without any value. */
export function validatedProblems(settings: object): readonly ConfigProblem[] {
  const masked = maskedOptions(settings);
  if (masked.length > 0) return masked;
  applyOptionRules(DECORATORS);
  return problemsOf(validateSync(settings, CHECKS), '');
}

/** Returns the options whose rules class-validator would take from an object that has them from its prototype. */
function maskedOptions(settings: object, path = ''): readonly ConfigProblem[] {
  return Object.entries(settings).flatMap(([name, value]: [string, unknown]) => {
    const isMasked = Boolean(Reflect.get(Object.prototype, name));
    return [
      ...(isMasked ? [{ property: `${path}${name}`, message: MASKED }] : []),
      ...(hasOptionRules(value) ? maskedOptions(value, `${path}${name}.`) : []),
    ];
  });
}

function problemsOf(errors: readonly ValidationError[], path: string): ConfigProblem[] {
  return errors.flatMap(({ property, constraints, children }) => [
    ...Object.values(constraints ?? {}).map((message) => ({
      property: `${path}${property}`,
      message,
    })),
    ...problemsOf(children ?? [], `${path}${property}.`),
  ]);
}

findOptionProblemsBy(validatedProblems);
