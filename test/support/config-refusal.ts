import { CryptofuseConfigException } from '../../lib/exceptions/cryptofuse-config.exception.js';

/** Returns the `CryptofuseConfigException` that `run` throws; throws where it throws none. */
export function configRefusal(run: () => unknown): CryptofuseConfigException {
  try {
    run();
  } catch (error) {
    if (error instanceof CryptofuseConfigException) return error;
    throw new Error('It threw something that is no CryptofuseConfigException.', { cause: error });
  }
  throw new Error('It did not throw.');
}

/** Returns the names of the properties that the `CryptofuseConfigException` of `run` finds wrong. */
export function refusedProperties(run: () => unknown): readonly string[] {
  return configRefusal(run).problems.map(({ property }) => property);
}
