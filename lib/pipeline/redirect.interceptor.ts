import { parsedUrl } from '../config/option-values.js';
import type { EventLog } from '../diagnostics/event-log.js';
import { isRedirect, outcomeOfRedirect } from '../exceptions/error-body.js';
import type { Attempt } from './attempt.js';
import type { Next, Step } from './pipeline.js';
import type { CryptofuseResponse } from '../contracts/interceptor.js';
import { disposeBody, isOneShot } from '../request/body-stream.js';

const FOLLOWED = new Set(['GET', 'HEAD']);
const MOST_HOPS = 5;

/**
 * Follows redirects of GET and HEAD that stay below `baseUrl`, and returns any other redirect unchanged: following it
 * would turn a POST into a GET, and a create into a list (FACTS 1.7).
 */
export class RedirectInterceptor implements Step<Attempt> {
  constructor(private readonly log: EventLog) {}

  intercept(attempt: Attempt, next: Next<Attempt>): Promise<CryptofuseResponse> {
    return this.#follow(attempt, next, MOST_HOPS);
  }

  #follow(attempt: Attempt, next: Next<Attempt>, hops: number): Promise<CryptofuseResponse> {
    return next(attempt).then((response) => {
      const { location } = response.headers;
      if (typeof location !== 'string' || hops === 0 || !isRedirect(response.status))
        return response;
      const url = this.#target(attempt, location);
      if (url === undefined) return response;
      disposeBody(response.body);
      attempt.url = url;
      attempt.past = outcomeOfRedirect(response.status);
      return this.#follow(attempt, next, hops - 1);
    });
  }

  #target({ call, url }: Attempt, location: string): string | undefined {
    if (!FOLLOWED.has(call.method) || isOneShot(call.body)) return undefined;
    const target = parsedUrl(location, url);
    // A fragment is for the client only and never sent (RFC 9110 §10.2.2).
    if (target !== undefined) target.hash = '';
    if (target === undefined || call.account.destination.admits(target.href)) return target?.href;
    const { credentials } = call.account;
    this.log.report(
      { kind: 'destination-refused', reason: 'redirects out of baseUrl' },
      credentials,
    );
    return undefined;
  }
}
