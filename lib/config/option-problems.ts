import { validateSync, type ValidationError } from 'class-validator';
import type { ConfigProblem } from '../exceptions/cryptofuse-config.exception.js';
import { withCleanPrototype } from './clean-prototype.js';

/** Returns what class-validator finds wrong with `settings`, without any value. */
export function optionProblems(settings: object): readonly ConfigProblem[] {
  // A polluted prototype would make class-validator throw, or leave a rule out.
  return withCleanPrototype(() =>
    problemsOf(
      validateSync(settings, {
        forbidUnknownValues: false,
        stopAtFirstError: true,
        validationError: { target: false, value: false },
      }),
      '',
    ),
  );
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
