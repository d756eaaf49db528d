import type { ResponseHeaders } from '../transport/transport.js';

/** An answer of any status, as interceptors see it. */
export interface CryptofuseResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ResponseHeaders;
  /**
   * What `responseType` asked for; `undefined` for an empty body. An error's body is parsed JSON. A
   * body that is not the JSON it should be is an `UnreadableBody`, and so is that of an error if it cannot be read at all.
   */
  readonly body: unknown;
  /** Whether an earlier attempt of the call may have been acted upon, whatever this answer says. */
  readonly isDoubtful?: boolean;
}
