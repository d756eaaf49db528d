import { CryptofuseException } from '../../lib/index.js';
import { rejectionOf } from './rejection-of.js';

/** Returns the exception of ours that `promise` rejects with; throws where it does not. */
export async function exceptionOf(promise: Promise<unknown>): Promise<CryptofuseException> {
  const error = await rejectionOf(promise);
  if (error instanceof CryptofuseException) return error;
  throw new Error('It rejected with something that is no CryptofuseException.', { cause: error });
}
