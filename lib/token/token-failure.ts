import type { ExceptionFacts } from '../exceptions/exception-facts.js';

/**
 * What follows from a failure.
 * - `lasting`: it stays until credentials or the client change, so it is remembered;
 * - `passing`: the endpoint is in trouble, so the request is repeated, briefly;
 * - `slow`: there was no answer in time, so there is none left to repeat it;
 * - `limited`: too many requests, so nothing is sent to the origin before the limit's end;
 * - `deferred`: the endpoint is in trouble and says for how long, so this client sends nothing until then;
 * - `own`: this call's alone.
 */
export type TokenFailureKind = 'lasting' | 'passing' | 'slow' | 'limited' | 'deferred' | 'own';

/** Why there is no token. Each caller that waited gets an exception of its own from it. */
export class TokenFailure extends Error {
  override readonly name = 'TokenFailure';

  constructor(
    readonly kind: TokenFailureKind,
    private readonly facts: ExceptionFacts,
    /** Makes a new exception each time. */
    private readonly exceptionOf: (facts: ExceptionFacts) => Error,
  ) {
    super(facts.message);
  }

  get code(): string {
    return this.facts.code;
  }

  /** Milliseconds that the server asks to wait before the next request. */
  get wait(): number | undefined {
    return this.facts.retryAfter;
  }

  /** Whether nothing may be sent for a while. */
  get closesGate(): boolean {
    return this.kind === 'limited' || this.kind === 'deferred';
  }

  /** Returns a new exception for whoever waited. */
  toException(): Error {
    return this.exceptionOf(this.facts);
  }

  /** Returns the same failure with `facts` over its own. */
  restated(facts: Partial<ExceptionFacts>): TokenFailure {
    return new TokenFailure(this.kind, { ...this.facts, ...facts }, this.exceptionOf);
  }
}
