import { Injectable } from '@nestjs/common';
import { Readable } from 'node:stream';
import { parsedUrl } from '../../config/parsed-url.js';
import { EventLog } from '../../diagnostics/event-log.js';
import { isRedirect } from '../../exceptions/is-redirect.js';
import type { Next, Step } from '../compose.js';
import type { AttemptRequest } from '../attempt.js';
import type { CryptofuseResponse } from '../cryptofuse-response.js';
import { isOneShot } from '../one-shot-body.js';
import { Destination } from '../destination.js';

const FOLLOWED = new Set(['GET', 'HEAD']);
const MOST_HOPS = 5;

/**
 * Follows redirects of GET and HEAD, and those only below `baseUrl`. Any other one stays the answer:
 * a followed POST would become a GET, a create a list (FACTS 1.7).
 */
@Injectable()
export class RedirectInterceptor implements Step<AttemptRequest> {
  constructor(
    private readonly destination: Destination,
    private readonly log: EventLog,
  ) {}

  async intercept(
    request: AttemptRequest,
    next: Next<AttemptRequest>,
  ): Promise<CryptofuseResponse> {
    let current = request;
    for (let hop = 0; ; hop += 1) {
      const response = await next(current);
      const url = hop < MOST_HOPS ? this.#target(current, response) : undefined;
      if (url === undefined) return response;
      if (response.body instanceof Readable) response.body.destroy();
      current = { ...current, url };
    }
  }

  #target(request: AttemptRequest, response: CryptofuseResponse): string | undefined {
    if (!isRedirect(response.status) || !FOLLOWED.has(request.method)) return undefined;
    if (isOneShot(request.body)) return undefined;
    const { location } = response.headers;
    const target = typeof location === 'string' ? parsedUrl(location, request.url) : undefined;
    // A fragment is the client's own, and never sent (RFC 9110 §10.2.2).
    if (target !== undefined) target.hash = '';
    if (target === undefined || this.destination.admits(target.href)) return target?.href;
    this.log.report({ kind: 'destination-refused', reason: 'redirects out of baseUrl' });
    return undefined;
  }
}
