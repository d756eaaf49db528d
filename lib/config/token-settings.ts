import { IsIn, IsInt, Min } from 'class-validator';

/** How tokens are obtained and given back. */
export class TokenSettings {
  /** Whether to have a token at the application's start; `'required'`: no start without one. */
  @IsIn([true, false, 'required'], { message: "must be true, false or 'required'" })
  readonly eager: boolean | 'required' = false;

  /** Token requests a minute. */
  @IsInt({ message: 'must be a whole number of token requests a minute, 1 or more' })
  @Min(1, { message: 'must be a whole number of token requests a minute, 1 or more' })
  readonly budget: number = 15;

  /** Whether the token is revoked when the application shuts down. */
  @IsIn([true, false], { message: 'must be true or false' })
  readonly revokeOnShutdown: boolean = false;
}
