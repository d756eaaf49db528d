import { CryptofuseException } from './cryptofuse.exception.js';

/** Returns `error`, an exception of one call alone, with the outcome `unknown`. */
export function withDoubt(error: unknown): unknown {
  if (!(error instanceof CryptofuseException) || error.outcome === 'unknown') return error;
  return Object.defineProperty(error, 'outcome', { value: 'unknown' });
}
