import { Injectable } from '@nestjs/common';
import { EventLog } from '../diagnostics/event-log.js';
import { pathTemplate } from '../diagnostics/path-template.js';
import type { Attempt } from './attempt.js';
import { isSuccess } from './is-success.js';
import { StatedPath } from './stated-path.js';

/** Takes note of what a token was used for, and of what that proves. */
@Injectable()
export class TokenUse {
  /** Of the last request: the next one is likely to go there too. */
  #url = '';
  #path = '';

  constructor(private readonly log: EventLog) {}

  /**
   * Notes that `attempt` was sent with its token.
   *
   * @param status of the answer; `undefined` where none came
   * @param duration milliseconds from sending to the answer, or to its failure
   */
  note(
    { issued, call: { method, statedPath }, url }: Attempt,
    status: number | undefined,
    duration: number,
  ): void {
    if (issued === undefined) return;
    if (status !== undefined && provesAcceptance(status)) issued.markAccepted();
    const { token, scopes } = issued.audited;
    const path = this.#pathOf(url, statedPath);
    this.log.report({ kind: 'request-authorised', method, path, status, duration, token, scopes });
  }

  #pathOf(url: string, stated: StatedPath | undefined): string {
    // An interceptor may have members of its own in a request.
    if (stated instanceof StatedPath && stated.isOf(url)) return stated.text;
    if (url !== this.#url) {
      this.#url = url;
      this.#path = pathTemplate(url);
    }
    return this.#path;
  }
}

/** A redirect or a gateway's 5xx may come from before the API has looked at the token. */
function provesAcceptance(status: number): boolean {
  return isSuccess(status) || (status >= 400 && status < 500 && status !== 401);
}
