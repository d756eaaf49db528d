import type { EndSignal } from '../transport/end-signal.js';
import type { RequestProgress, TransportLane, TransportRequest } from '../transport/transport.js';
import type { Attempt } from './attempt.js';
import type { EncodedBody } from './encode-body.js';

/**
 * An attempt as the transport is told of it. Of a class: V8 makes literals old that come from where many outlive a
 * scavenge, and this one leads to all that a call is made of.
 */
export class SentRequest implements TransportRequest {
  readonly method: string;
  readonly url: string;
  readonly body: EncodedBody['body'];
  readonly signal: EndSignal;
  readonly #attempt: Attempt;
  readonly stream: boolean;
  readonly lane: TransportLane = 'api';

  constructor(
    attempt: Attempt,
    readonly headers: Readonly<Record<string, string>>,
    { body }: EncodedBody,
    readonly maxResponseSize: number,
  ) {
    this.method = attempt.call.method;
    this.url = attempt.url;
    this.body = body;
    this.signal = attempt;
    this.#attempt = attempt;
    this.stream = attempt.call.responseType === 'stream';
  }

  trackProgress(progress: RequestProgress): void {
    this.#attempt.progress = progress;
  }
}
