import type { DeadlineQueue, Timed } from '../clock/deadline-queue.js';
import type { RequestOutcome } from '../exceptions/exception-facts.js';
import type { IssuedToken } from '../token/issued-token.js';
import type { RequestProgress } from '../transport/transport.js';
import type { Call } from './call.js';
import { CallPart } from './call-part.js';

/** How far an attempt has come; what it waits for once it is with the transport, that knows. */
export type AttemptStage = 'token' | 'body' | 'answer' | 'cure';

/** What an attempt waits for. */
export type Awaited = AttemptStage | 'free connection' | 'connection';

/**
 * One attempt of a call, from its begin to its end: where it goes, with which token, and how far it has come. It is
 * aborted with the call's own signal, by its deadline, or by the client's end.
 */
export class Attempt extends CallPart implements Timed<Attempt> {
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
    readonly call: Call,
    /** When it ends at the latest, by the monotonic clock in milliseconds. */
    public deadline: number,
  ) {
    super();
    this.url = call.url;
  }

  get awaited(): Awaited {
    if (this.stage !== 'answer' || this.progress === undefined) return this.stage;
    const { stage } = this.progress;
    if (stage === 'sent') return 'answer';
    return stage === 'queued' ? 'free connection' : 'connection';
  }

  noteLate(): void {
    this.#wasLateUnsent = this.#waitsForConnection;
  }

  /** Whether its deadline came late and its request was sent only then: no response can have come before. */
  get isSentLate(): boolean {
    return this.#wasLateUnsent && this.awaited === 'answer';
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
    return this.awaited === 'answer' ? 'unknown' : this.past;
  }
}
