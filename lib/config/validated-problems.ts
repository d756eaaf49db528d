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
} from 'class-validator';
import type { ConfigProblem } from '../exceptions/cryptofuse-config.exception.js';
import { withCleanPrototype } from './clean-prototype.js';
import { findOptionProblemsBy } from './option-problems.js';
import { applyOptionRules } from './option-rules.js';

const DECORATORS = { IsIn, IsInt, Max, Min, ValidateBy, ValidateIf, ValidateNested };

/** Returns what class-validator finds wrong with `settings`, without any value. */
export function validatedProblems(settings: object): readonly ConfigProblem[] {
  // A polluted prototype would make class-validator throw, or leave a rule out.
  return withCleanPrototype(() => {
    applyOptionRules(DECORATORS);
    const errors = validateSync(settings, {
      forbidUnknownValues: false,
      stopAtFirstError: true,
      validationError: { target: false, value: false },
    });
    return problemsOf(errors, '');
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
