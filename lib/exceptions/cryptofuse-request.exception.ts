import { describedException } from './described-exception.js';
import { UpstreamStatusException } from './upstream-status.exception.js';

/** The API refused the request: any 4xx without a class of its own. Its status is the server's. */
export class CryptofuseRequestException extends describedException(
  UpstreamStatusException,
  (facts) => facts.upstreamStatus ?? 400,
) {
  override readonly name: string = 'CryptofuseRequestException';
}
