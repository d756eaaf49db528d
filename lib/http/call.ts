import type { EndSignal } from '../transport/end-signal.js';
import type { CryptofuseRequest } from './cryptofuse-request.js';
import type { StatedPath } from './stated-path.js';

/** A call on its way through the pipeline; what ends it need not be an `AbortSignal`. */
export interface Call extends Omit<CryptofuseRequest, 'signal'> {
  readonly signal: EndSignal | undefined;
  /** `undefined`: it has no places for parameters. */
  readonly statedPath?: StatedPath | undefined;
}
