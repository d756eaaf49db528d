import type { Dispatcher } from 'undici';
import type { EndSignal } from '../transport/end-signal.js';
import { memberOf } from '../transport/member-of.js';
import { onAbort } from '../transport/on-abort.js';
import type { ResponseHeaders, TransportResponse } from '../transport/transport.js';
import { failureOfUndiciError, type DispatchStage } from './failure-of-undici-error.js';
import { parseProgress } from './parse-progress.js';
import { responseHeaders } from './response-headers.js';

/** Without a body, whatever length they state (RFC 9112 §6.3). */
const BODILESS = new Set([204, 304]);

/** How the promise of an answer is settled. */
export interface Settle {
  readonly resolve: (answer: TransportResponse) => void;
  readonly reject: (error: unknown) => void;
}

type Controller = Dispatcher.DispatchController;

/** Hears from undici how a request goes. */
export abstract class AnswerHandler implements Dispatcher.DispatchHandler {
  protected status = 0;
  protected headers: ResponseHeaders = {};
  #controller: Controller | undefined;
  #stage: DispatchStage = 'before';
  #abortedFor: { readonly reason: Error } | undefined;
  #stopListening: (() => void) | undefined;

  constructor(protected readonly settle: Settle) {}

  /** Has an abort of `signal` end the request, as long as something of its answer is to come. */
  endWith(signal: EndSignal): void {
    this.#stopListening = onAbort(signal, () => {
      this.abort(signal.reason as Error);
    });
  }

  /** Ends the request, at once for its caller: one that waits for a connection is ended when it has one. */
  abort(reason: Error): void {
    if (this.#abortedFor !== undefined) return;
    this.#abortedFor = { reason };
    this.#controller?.abort(reason);
    this.fail(reason);
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    // undici closes the connection of a request that is aborted; one that throws here it only drops.
    if (this.#abortedFor !== undefined) throw this.#abortedFor.reason;
    this.#stage = 'sent';
  }

  onResponseStart(
    controller: Controller,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    parseProgress.mark();
    // An interim answer (RFC 9110 §15.2) is none.
    if (status < 200) return;
    this.#stage = 'answered';
    this.status = status;
    this.headers = responseHeaders(headers);
    this.begin(controller);
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    parseProgress.mark();
    this.take(controller, chunk);
  }

  onResponseEnd(): void {
    this.end();
    this.complete();
  }

  onResponseError(_: Controller | null, error: Error): void {
    if (this.#abortedFor !== undefined) return;
    if (this.#isWholeWithout(error)) {
      this.onResponseEnd();
      return;
    }
    this.fail(failureOfUndiciError(error, this.#stage));
  }

  /** Called with the status and headers of the answer. */
  protected abstract begin(controller: Controller): void;

  /** Called with each part of the body. */
  protected abstract take(controller: Controller, chunk: Buffer): void;

  /** Called when the whole answer is there. */
  protected abstract complete(): void;

  fail(error: Error): void {
    this.end();
    this.settle.reject(error);
  }

  /** Nothing more is to come. */
  protected end(): void {
    this.#stopListening?.();
  }

  /** undici misses the body that an answer states the length of and may not have. */
  #isWholeWithout(error: Error): boolean {
    if (this.#stage !== 'answered' || !BODILESS.has(this.status)) return false;
    return memberOf(error, 'code') === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';
  }
}
