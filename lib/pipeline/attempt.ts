import type { DeadlineQueue, Timed } from '../clock/deadline-queue.js';
import { CryptofuseTimeoutException } from '../exceptions/cryptofuse-exceptions.js';
import type { RequestOutcome } from '../exceptions/cryptofuse.exception.js';
import { connectHint, hintFor, tokenTimeoutHint } from '../exceptions/hints.js';
import type { Call } from '../request/call.js';
import type { IssuedToken } from '../token/issued-token.js';
import { withCause, type TokenFailure } from '../token/token-failure.js';
import type { AbortSignalLike, RequestProgress } from '../contracts/transport.js';
import { onAbort, type Placed, LightAbortController } from '../transport/cancellation.js';

/** A part of a call that can be ended before its time: by the call's own signal, by the client's end, by what it waits for. */
export abstract class AbortableStage extends LightAbortController implements Placed {
  /** Among the {@link CallsInFlight}. */
  place = -1;
  #stopListening: (() => void) | undefined = undefined;

  constructor(readonly call: Call) {
    super();
  }

  /** What may have become of the request if the part ends now. */
  abstract get outcome(): RequestOutcome;

  /** Aborts it when `signal` is aborted, for the same reason, until it is released. */
  endWith(signal: AbortSignalLike): void {
    this.#stopListening = onAbort(signal, () => {
      this.abort(signal.reason);
    });
  }

  /** Stops listening to the signal: the part is over. */
  release(): void {
    this.#stopListening?.();
  }
}

/** A wait of a call beside its attempts: before the first, between two, or around them. */
export class PendingWait extends AbortableStage {
  constructor(
    call: Call,
    readonly outcome: RequestOutcome,
  ) {
    super(call);
  }
}

/** How far an attempt has come; what it waits for once it is with the transport, that knows. */
export type AttemptStage = 'token' | 'body' | 'response' | 'replacement';

/** What an attempt waits for. */
export type Awaited = AttemptStage | 'free connection' | 'connection';

/**
 * One attempt of a call, from its begin to its end: where it goes, with which token, and how far it has come. It is
 * aborted with the call's own signal, by its deadline, or by the client's end.
 */
export class Attempt extends AbortableStage implements Timed<Attempt> {
  stage: AttemptStage = 'token';
  /** Absolute; a redirect changes it. */
  url: string;
  /** The token it is sent with; `undefined` until there is one. */
  issued: IssuedToken | undefined = undefined;
  /** How far its present request has come; `undefined` when the transport does not tell. */
  progress: RequestProgress | undefined = undefined;
  /** What became of its requests before the present one: after a redirect, or a 401, it sends another. */
  past: RequestOutcome = 'not-sent';
  queue: DeadlineQueue<Attempt> | undefined = undefined;
  earlier: Attempt | undefined = undefined;
  later: Attempt | undefined = undefined;
  #wasLateUnsent = false;

  constructor(
    call: Call,
    /** When it ends at the latest, by the monotonic clock in milliseconds. */
    public deadline: number,
  ) {
    super(call);
    this.url = call.url;
  }

  get awaited(): Awaited {
    if (this.stage !== 'response' || this.progress === undefined) return this.stage;
    const { stage } = this.progress;
    if (stage === 'sent') return 'response';
    return stage === 'queued' ? 'free connection' : 'connection';
  }

  noteLate(): void {
    this.#wasLateUnsent = this.#waitsForConnection;
  }

  /** Whether its deadline came late and its request was sent only then: no response can have come before. */
  get isSentLate(): boolean {
    return this.#wasLateUnsent && this.awaited === 'response';
  }

  /** Gives it its time anew, by the monotonic clock. */
  renew(deadline: number): void {
    this.deadline = deadline;
    this.#wasLateUnsent = false;
  }

  get #waitsForConnection(): boolean {
    return this.awaited === 'free connection' || this.awaited === 'connection';
  }

  get outcome(): RequestOutcome {
    return this.awaited === 'response' ? 'unknown' : this.past;
  }
}

interface Missing {
  readonly code: string;
  readonly what: string;
}

/** The code of a call for which no connection was free in time. */
export const CONNECTIONS_BUSY = 'connections_busy';

const NO_TOKEN: Missing = { code: 'token_timeout', what: 'No token came' };

const MISSING: Readonly<Record<Awaited, Missing>> = {
  token: NO_TOKEN,
  body: { code: 'timeout', what: 'The body did not come' },
  'free connection': { code: CONNECTIONS_BUSY, what: 'No connection was free' },
  connection: { code: 'timeout', what: 'No connection came about' },
  response: { code: 'timeout', what: 'No response came' },
  replacement: NO_TOKEN,
};

/** What ran out of time, and whose call it is. */
export interface Delay {
  readonly awaited: Awaited;
  /** Milliseconds. */
  readonly timeout: number;
  readonly outcome: RequestOutcome;
  readonly clientId: string;
  readonly hasProxy: boolean;
  /** Whether the application has not given the client's secret yet. */
  readonly isAwaitingSecret?: boolean;
  /** What the last token request met; `undefined` once one has succeeded. */
  readonly cause?: TokenFailure | undefined;
}

/** Returns the exception of what did not come within `timeout` ms. */
export function timeoutException(delay: Delay): CryptofuseTimeoutException {
  const { awaited, timeout, outcome, clientId, hasProxy, cause } = delay;
  const missing = MISSING[awaited];
  const { code, what } = missing;
  const message = `${what} within ${timeout} ms.`;
  const facts = { code, message, clientId, outcome };
  if (missing !== NO_TOKEN) {
    const hint = awaited === 'connection' ? connectHint(hasProxy) : hintFor(code);
    return new CryptofuseTimeoutException({ ...facts, hint });
  }
  if (cause !== undefined) return new CryptofuseTimeoutException(withCause(facts, cause));
  const hint = tokenTimeoutHint(delay.isAwaitingSecret === true, hasProxy);
  return new CryptofuseTimeoutException({ ...facts, hint });
}
