import { isScopeToken } from '../config/option-values.js';

/** A token granted by the token endpoint. */
export interface TokenGrant {
  readonly value: string;
  readonly scopes: readonly string[];
  /** Whether the server named the scopes; otherwise they are the requested ones. */
  readonly namesScopes: boolean;
  /** In seconds. If 0 or less, the token goes to the waiting callers and is not kept. */
  readonly lifetime: number;
}

/** The lifetime the API documents, for a response without `expires_in` (RFC 6749 §5.1). */
const DOCUMENTED_LIFETIME = 3_600;
/** 68 years; a longer lifetime counts as this one. */
const LONGEST_LIFETIME = 2 ** 31 - 1;
const LONGEST_TOKEN = 8_192;
const LONGEST_SCOPE = 4_096;
/** The characters a header can carry without ambiguity; RFC 6750 §2.1 allows fewer. */
const TOKEN = /^[\x21-\x7e]+$/;
const NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * Reads the body of a 200 response of the token endpoint (RFC 6749 §5.1).
 *
 * @param asked the requested scopes, which count as granted if the response names none
 * @returns the grant, or what is wrong with the response
 */
export function readTokenGrant(body: unknown, asked: readonly string[]): TokenGrant | string {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'is no JSON object';
  const member = (name: string): unknown =>
    Object.hasOwn(body, name) ? Reflect.get(body, name) : undefined;
  const value = member('access_token');
  if (!isToken(value)) return 'has no usable access_token';
  const problem = typeProblem(member('token_type'));
  if (problem !== undefined) return problem;
  const lifetime = readLifetime(member('expires_in'));
  if (lifetime === undefined) return 'has an expires_in that is no number of seconds';
  const scopes = readScopes(member('scope'), asked);
  if (scopes === undefined) return 'has a scope that is no list of scope tokens';
  const namesScopes = typeof member('scope') === 'string';
  return { value, scopes, namesScopes, lifetime };
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_TOKEN && TOKEN.test(value);
}

function typeProblem(type: unknown): string | undefined {
  if (type === undefined || type === null || type === '') return 'has no token_type';
  const isBearer = typeof type === 'string' && type.toLowerCase() === 'bearer';
  return isBearer ? undefined : 'has a token_type other than Bearer';
}

function readLifetime(stated: unknown): number | undefined {
  if (stated === undefined || stated === null) return DOCUMENTED_LIFETIME;
  const text = typeof stated === 'string' ? stated.trim() : stated;
  const seconds = typeof text === 'string' && NUMBER.test(text) ? Number(text) : text;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) return undefined;
  return Math.max(-LONGEST_LIFETIME, Math.min(seconds, LONGEST_LIFETIME));
}

function readScopes(stated: unknown, asked: readonly string[]): readonly string[] | undefined {
  if (stated === undefined || stated === null) return asked;
  if (typeof stated !== 'string') return undefined;
  const scopes = stated.split(' ').filter((scope) => scope !== '');
  const isBounded = stated.length <= LONGEST_SCOPE && scopes.every(isScopeToken);
  return isBounded ? scopes : undefined;
}
