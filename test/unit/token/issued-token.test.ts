import { describe, expect, it } from '@jest/globals';
import { AccessToken, issueToken } from '../../../lib/token/issued-token.js';
import { printedForms } from '../../support/printed-forms.js';

const VALUE = 'token-value-0123456789';
const START = { wall: Date.UTC(2025, 0, 1), monotonic: 7 };
const GRANT = { value: VALUE, scopes: ['read', 'write'], namesScopes: true, lifetime: 3_600 };

function accessToken(): AccessToken {
  return issueToken(GRANT, START, false).accessToken;
}

describe('AccessToken', () => {
  it('has its scopes and times, and reveals itself by reveal() alone', () => {
    const token = accessToken();
    expect(token.reveal()).toBe(VALUE);
    expect(token.scopes).toEqual(['read', 'write']);
    expect(token.issuedAt).toEqual(new Date('2025-01-01T00:00:00Z'));
    expect(token.expiresAt).toEqual(new Date('2025-01-01T01:00:00Z'));
  });

  it('never prints itself', () => {
    for (const form of printedForms(accessToken())) expect(form).not.toContain(VALUE);
    for (const form of printedForms(issueToken(GRANT, START, true))) {
      expect(form).not.toContain(VALUE);
    }
    expect(`${String(accessToken())} ${JSON.stringify(accessToken())}`).toBe('[secret] "[secret]"');
  });

  it('is lost in a structured clone and a spread', () => {
    const clone: unknown = structuredClone(accessToken());
    const spread: unknown = Object.assign({}, accessToken());
    for (const copy of [clone, spread]) {
      for (const form of printedForms(copy)) expect(form).not.toContain(VALUE);
      expect(copy).not.toHaveProperty('reveal');
    }
  });

  it('cannot be changed, nor its scopes', () => {
    const token = accessToken();
    expect(Object.isFrozen(token)).toBe(true);
    expect(Object.isFrozen(token.scopes)).toBe(true);
    expect(Reflect.set(token, 'expiresAt', new Date(0))).toBe(false);
  });

  it('is unaffected by later changes to the granted scopes', () => {
    const scopes = ['read'];
    const { accessToken: token } = issueToken({ ...GRANT, scopes }, START, false);
    scopes.push('admin');
    expect(token.scopes).toEqual(['read']);
  });
});

describe('issueToken', () => {
  it('counts the life from the moment the request was sent', () => {
    const issued = issueToken(GRANT, START, true);
    expect(issued.timing).toMatchObject({ sentAt: START, life: 3_600_000 });
    expect([issued.isReplacement, issued.accepted, issued.used]).toEqual([true, false, false]);
  });

  it('gives each token its own jitter', () => {
    const softs = Array.from(
      { length: 50 },
      () => issueToken(GRANT, START, false).timing.windows.soft,
    );
    expect(new Set(softs).size).toBeGreaterThan(1);
    expect(Math.min(...softs)).toBeGreaterThanOrEqual(270_000);
    expect(Math.max(...softs)).toBeLessThanOrEqual(300_000);
  });
});
