import { describe, expect, it } from '@jest/globals';
import { pathTemplate } from '../../../lib/diagnostics/event-labels.js';

const BASE = 'https://api.cryptofuse.io';

describe('pathTemplate', () => {
  it.each([
    ['/', '/'],
    ['/payments/', '/payments/'],
    ['/payments/?reference=private', '/payments/'],
    ['/payments/pay_1/', '/payments/{id}/'],
    ['/payments/7b1e9c7e-0d7c-4b43-8f2f-6f1a5f0c2a11/refunds/', '/payments/{id}/refunds/'],
    ['/api/v1/user/me/', '/api/v1/user/me/'],
    ['/payments/a%20b/', '/payments/{id}/'],
    [`/payments/${'a'.repeat(41)}/`, '/payments/{id}/'],
    ['/payments/jo@example.com', '/payments/{id}'],
    ['//payments/', '//payments/'],
  ])('shows %s as %s', (path, template) => {
    expect(pathTemplate(`${BASE}${path}`)).toBe(template);
  });
});
