import { ForbiddenException } from '@nestjs/common';
import { describedException } from './described-exception.js';
import type { ExceptionFacts } from './exception-facts.js';

/** The token's scopes do not allow the call: a 403, `invalid_scope`, or the check before sending. */
export class CryptofusePermissionException extends describedException(
  ForbiddenException,
  () => 403,
) {
  override readonly name: string = 'CryptofusePermissionException';
  /** The scopes the call needs, as far as known. */
  readonly requiredScopes: readonly string[];
  /** The scopes the token has, as far as known. */
  readonly tokenScopes: readonly string[];

  constructor(
    facts: ExceptionFacts & {
      readonly requiredScopes?: readonly string[];
      readonly tokenScopes?: readonly string[];
    },
  ) {
    super(facts);
    this.requiredScopes = facts.requiredScopes ?? [];
    this.tokenScopes = facts.tokenScopes ?? [];
  }
}
