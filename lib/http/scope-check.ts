import { CryptofusePermissionException } from '../exceptions/cryptofuse-permission.exception.js';
import { hintFor } from '../exceptions/hints.js';
import type { IssuedToken } from '../token/issued-token.js';

const READING = new Set(['GET', 'HEAD']);
const CODE = 'insufficient_scope';

/** Returns the scope that a call of `method` needs, as the API documents it. */
export function scopeFor(method: string): 'read' | 'write' {
  return READING.has(method) ? 'read' : 'write';
}

/**
 * Refuses a call that the granted scopes do not allow, before it is sent. Where the server names no
 * scopes, it decides itself.
 *
 * @throws {CryptofusePermissionException} where the scope is missing
 */
export function requireScope(
  { token, namesScopes }: IssuedToken,
  method: string,
  clientId: string,
): void {
  const required = scopeFor(method);
  if (!namesScopes || token.scopes.includes(required)) return;
  throw new CryptofusePermissionException({
    code: CODE,
    message: `The token does not have the scope ${required}, which ${method} needs.`,
    clientId,
    hint: hintFor(CODE),
    requiredScopes: [required],
    tokenScopes: token.scopes,
  });
}
