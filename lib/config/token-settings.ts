import { OptionRules } from './option-rules.js';

const BUDGET = { message: 'must be a whole number of token requests a minute, 1 or more' };

/** How tokens are obtained and given back. */
export class TokenSettings {
  /** Whether to have a token at the application's start; `'required'`: no start without one. */
  @OptionRules(({ IsIn }) => [
    IsIn([true, false, 'required'], { message: "must be true, false or 'required'" }),
  ])
  readonly eager: boolean | 'required' = false;

  /** Token requests a minute. */
  @OptionRules(({ IsInt, Min }) => [IsInt(BUDGET), Min(1, BUDGET)])
  readonly budget: number = 15;

  /** Whether the token is revoked when the application shuts down. */
  @OptionRules(({ IsIn }) => [IsIn([true, false], { message: 'must be true or false' })])
  readonly revokeOnShutdown: boolean = false;
}
