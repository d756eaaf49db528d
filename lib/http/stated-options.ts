import { inheritedOptions, readOptions, type ReadOptions } from '../config/option-reader.js';

const OPTIONS = ['query', 'headers', 'signal', 'timeout', 'retry', 'params'];
const WITH_BODY = [...OPTIONS, 'body'];

const BODY_ELSEWHERE = {
  property: 'body',
  message:
    'is not an option here: it is the second argument of post, put and patch; for any other method use request(method, path, { body })',
};

const NOTHING_STATED: ReadOptions = { values: new Map(), problems: [] };

/**
 * Reads what a call states, each member once; what is wrong with that is told and not thrown.
 *
 * @param hasBody whether `body` is one of the options
 */
export function statedOptions(options: unknown, hasBody: boolean): ReadOptions {
  if (options === undefined) return NOTHING_STATED;
  const known = hasBody ? WITH_BODY : OPTIONS;
  // A body that is a list stays the one that was given: it may have a toJSON of its own.
  const { values, problems } = readOptions(options, known, '', (value) => value);
  const told = problems.map((problem) => (problem.property === 'body' ? BODY_ELSEWHERE : problem));
  return { values, problems: [...told, ...inheritedOptions(options, known, '')] };
}
