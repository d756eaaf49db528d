import {
  CryptofuseConfigException,
  type ConfigProblem,
} from '../exceptions/cryptofuse-config.exception.js';

/** Returns the exception of a call whose options cannot work. Nothing was sent. */
export function refusedCall(...problems: readonly ConfigProblem[]): CryptofuseConfigException {
  return new CryptofuseConfigException(problems, {
    subject: 'The call was not sent, its options cannot work:',
  });
}
