import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { ClockSkew } from './clock-skew.js';
import { FailureMemory } from './failure-memory.js';
import { RenewalPlan } from './renewal-plan.js';
import { TokenAdmission } from './token-admission.js';
import { TokenKeeper } from './token-keeper.js';
import type { LastTokenFailure, TokenStatus } from './token-status.js';
import { lifeLeft } from './token-timing.js';

/** Puts together what the parts of the token engine know. */
@Injectable()
export class TokenStatusReader {
  constructor(
    private readonly keeper: TokenKeeper,
    private readonly renewal: RenewalPlan,
    private readonly memory: FailureMemory,
    private readonly admission: TokenAdmission,
    private readonly skew: ClockSkew,
    private readonly clock: Clock,
  ) {}

  read(): TokenStatus {
    const held = this.keeper.peek();
    return {
      state: held?.state ?? 'none',
      scopes: held?.issued.token.scopes ?? [],
      issuedAt: held?.issued.token.issuedAt,
      expiresAt: held?.issued.token.expiresAt,
      age: this.#age(held),
      nextRenewalAt: this.#date(this.renewal.at),
      isFetching: this.keeper.isFetching,
      lastFailure: this.#lastFailure(),
      budgetLeft: this.admission.left,
      clockSkew: this.skew.value,
      generation: this.keeper.generation,
    };
  }

  #age(held: ReturnType<TokenKeeper['peek']>): number | undefined {
    if (held === undefined) return undefined;
    const { timing } = held.issued;
    const now = { wall: this.clock.now(), monotonic: this.clock.monotonic() };
    return timing.life - lifeLeft(timing, now);
  }

  #lastFailure(): LastTokenFailure | undefined {
    const last = this.keeper.lastFailure;
    if (last === undefined) return undefined;
    const { failure } = last;
    const { code, message } = failure;
    const until = this.memory.untilOf(failure) ?? this.admission.untilOf(failure);
    return {
      code,
      message,
      at: last.at,
      rememberedUntil: this.#date(until),
    };
  }

  #date(monotonic: number | undefined): Date | undefined {
    if (monotonic === undefined) return undefined;
    return new Date(this.clock.now() + monotonic - this.clock.monotonic());
  }
}
