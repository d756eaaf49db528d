import type { EndSignal } from '../transport/end-signal.js';
import type { CryptofuseRequest } from './cryptofuse-request.js';

/** A call on its way through the pipeline; what ends it need not be an `AbortSignal`. */
export interface Call extends Omit<CryptofuseRequest, 'signal'> {
  readonly signal: EndSignal | undefined;
}
