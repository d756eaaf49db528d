import { isScopeToken } from '../config/option-values.js';

/** What the token endpoint granted. */
export interface TokenGrant {
  readonly value: string;
  readonly scopes: readonly string[];
  /** Whether the server named the scopes; otherwise they are those that were asked for. */
  readonly namesScopes: boolean;
  /** Seconds; 0 or less: it serves those who waited for it and is not kept. */
  readonly lifetime: number;
}

/** RFC 6749 §5.1 recommends to name the lifetime; the API documents this one. */
const DOCUMENTED_LIFETIME = 3_600;
/** 68 years: what is longer is not told apart. */
const LONGEST_LIFETIME = 2 ** 31 - 1;
const LONGEST_TOKEN = 8_192;
const LONGEST_SCOPE = 4_096;
/** RFC 6750 §2.1 allows fewer; what a header can carry without ambiguity is taken. */
const TOKEN = /^[\x21-\x7e]+$/;
const NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * Reads the body of a 200 of the token endpoint (RFC 6749 §5.1).
 *
 * @param asked the scopes asked for, which count as granted where the answer names none
 * @returns the grant, or what is wrong with the answer
 */
export function readTokenGrant(body: unknown, asked: readonly string[]): TokenGrant | string {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'is no JSON object';
  const member = (name: string): unknown =>
    Object.hasOwn(body, name) ? Reflect.get(body, name) : undefined;
  const value = member('access_token');
  if (!isToken(value)) return 'has no usable access_token';
  const objection = objectionToType(member('token_type'));
  if (objection !== undefined) return objection;
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

function objectionToType(type: unknown): string | undefined {
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
