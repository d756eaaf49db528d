import type { DeadlineQueue, Timed } from '../clock/deadline-queue.js';
import { CryptofuseTimeoutException } from '../exceptions/cryptofuse-exceptions.js';
import type { RequestOutcome } from '../exceptions/cryptofuse.exception.js';
import { connectHint, hintFor, tokenTimeoutHint } from '../exceptions/hints.js';
import type { Call } from '../request/call.js';
import type { IssuedToken } from '../token/issued-token.js';
import { withCause, type TokenFailure } from '../token/token-failure.js';
import type { AbortSignalLike, RequestProgress } from '../contracts/transport.js';
import { onAbort, type Placed, LightAbortController } from '../transport/cancellation.js';

/** A part of a call that can be aborted: by the call's signal, when the client closes, or by what it waits for. */
export abstract class AbortableStage extends LightAbortController implements Placed {
  /** Index in the list of {@link CallsInFlight}. */
  place = -1;
  #stopListening: (() => void) | undefined = undefined;

  constructor(readonly call: Call) {
    super();
  }

  /** The outcome of the request if this part ends now. */
  abstract get outcome(): RequestOutcome;

  /** Aborts this part when `signal` is aborted, for the same reason, until it is released. */
  endWith(signal: AbortSignalLike): void {
    this.#stopListening = onAbort(signal, () => {
      this.abort(signal.reason);
    });
  }

  /** Stops listening to the signal. */
  release(): void {
    this.#stopListening?.();
  }
}

/** A wait of a call outside its attempts: before the first, between two, or around all of them. */
export class PendingWait extends AbortableStage {
  constructor(
    call: Call,
    readonly outcome: RequestOutcome,
  ) {
    super(call);
  }
}

/** The stage of an attempt. Once the transport has it, only the transport knows what it waits for. */
type AttemptStage = 'token' | 'body' | 'response' | 'replacement';

/** What an attempt waits for. */
export type Awaited = AttemptStage | 'free connection' | 'connection';

/**
 * One attempt of a call: its URL, its token and its progress. It is aborted by the call's signal, by its deadline, or
 * when the client closes.
 */
export class Attempt extends AbortableStage implements Timed<Attempt> {
  stage: AttemptStage = 'token';
  /** Absolute; a redirect changes it. */
  url: string;
  /** The token it is sent with; `undefined` until there is one. */
  issued: IssuedToken | undefined = undefined;
  /** Progress of its current request; `undefined` if the transport does not report it. */
  progress: RequestProgress | undefined = undefined;
  /** Outcome of its requests before the current one: it sends another one after a redirect or a 401. */
  past: RequestOutcome = 'not-sent';
  queue: DeadlineQueue<Attempt> | undefined = undefined;
  earlier: Attempt | undefined = undefined;
  later: Attempt | undefined = undefined;

  constructor(
    call: Call,
    /** When it times out, by the monotonic clock in milliseconds. */
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

  /** Whether it got its connection after its deadline, so that no response can have come before. */
  get isSentLate(): boolean {
    const { connectedAt = -Infinity } = this.progress ?? {};
    return this.awaited === 'response' && connectedAt > this.deadline;
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

/** Describes a call that ran out of time. */
interface Delay {
  readonly awaited: Awaited;
  /** Milliseconds. */
  readonly timeout: number;
  readonly outcome: RequestOutcome;
  readonly clientId: string;
  readonly hasProxy: boolean;
  /** Whether the application has not provided the client's secret yet. */
  readonly isAwaitingSecret?: boolean;
  /** The failure of the last token request; `undefined` once one has succeeded. */
  readonly cause?: TokenFailure | undefined;
}

/** Returns the exception for a call that ran out of time. */
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
