import { describe, expect, it } from '@jest/globals';
import {
  BadGatewayException,
  ForbiddenException,
  GatewayTimeoutException,
  HttpException,
  InternalServerErrorException,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common';
import { CryptofuseConfigException } from '../../../lib/exceptions/cryptofuse-config.exception.js';
import {
  clientClosed,
  CryptofuseAuthenticationException,
  CryptofuseDestinationException,
  CryptofusePermissionException,
  CryptofuseRateLimitException,
  CryptofuseRequestException,
  CryptofuseServerException,
  CryptofuseTimeoutException,
  CryptofuseUnavailableException,
} from '../../../lib/exceptions/cryptofuse-exceptions.js';
import {
  CryptofuseException,
  type ExceptionInit,
} from '../../../lib/exceptions/cryptofuse.exception.js';
import { hintFor } from '../../../lib/exceptions/hints.js';

const FACTS: ExceptionInit = {
  code: 'the_code',
  message: 'The message.',
  clientId: 'client-1',
  details: { internal: 'detail-value' },
  hint: 'The hint.',
};

type Members = Pick<CryptofuseException, keyof CryptofuseException> &
  Pick<HttpException, 'getStatus' | 'getResponse'>;
type Make = (facts: ExceptionInit) => Members;

interface Row {
  readonly name: string;
  readonly make: Make;
  readonly nest: abstract new (...facts: never[]) => HttpException;
  readonly status: number;
  readonly retryable: boolean;
}

const ROWS: readonly Row[] = [
  {
    name: 'CryptofuseAuthenticationException',
    make: (facts) => new CryptofuseAuthenticationException(facts),
    nest: UnauthorizedException,
    status: 401,
    retryable: false,
  },
  {
    name: 'CryptofusePermissionException',
    make: (facts) => new CryptofusePermissionException(facts),
    nest: ForbiddenException,
    status: 403,
    retryable: false,
  },
  {
    name: 'CryptofuseRateLimitException',
    make: (facts) => new CryptofuseRateLimitException({ ...facts, source: 'api' }),
    nest: HttpException,
    status: 429,
    retryable: true,
  },
  {
    name: 'CryptofuseRequestException',
    make: (facts) => new CryptofuseRequestException(facts),
    nest: HttpException,
    status: 400,
    retryable: false,
  },
  {
    name: 'CryptofuseServerException',
    make: (facts) => new CryptofuseServerException(facts),
    nest: BadGatewayException,
    status: 502,
    retryable: false,
  },
  {
    name: 'CryptofuseUnavailableException',
    make: (facts) => new CryptofuseUnavailableException(facts),
    nest: ServiceUnavailableException,
    status: 503,
    retryable: true,
  },
  {
    name: 'CryptofuseTimeoutException',
    make: (facts) => new CryptofuseTimeoutException(facts),
    nest: GatewayTimeoutException,
    status: 504,
    retryable: true,
  },
  {
    name: 'CryptofuseDestinationException',
    make: (facts) => new CryptofuseDestinationException(facts),
    nest: InternalServerErrorException,
    status: 500,
    retryable: false,
  },
];

describe.each(ROWS)('$name', ({ name, make, nest, status, retryable }) => {
  it('is one of ours and of its Nest class', () => {
    const exception = make(FACTS);
    expect(exception).toBeInstanceOf(CryptofuseException);
    expect(exception).toBeInstanceOf(nest);
    expect(exception).toBeInstanceOf(HttpException);
    expect(exception).toBeInstanceOf(Error);
    expect([exception.name, exception.message]).toEqual([name, 'The message.']);
    expect(exception.getStatus()).toBe(status);
    expect(exception.stack).toContain('The message.');
  });

  it('shows an end user status, message and code alone, in a copy each time', () => {
    const exception = make(FACTS);
    const shown = { statusCode: status, message: 'The message.', code: 'the_code' };
    expect(exception.getResponse()).toEqual(shown);
    Object.assign(exception.getResponse(), { data: 1, code: 'changed' });
    expect(exception.getResponse()).toEqual(shown);
  });

  it('tells an operator the rest', () => {
    expect(make({ ...FACTS, upstreamStatus: 418 })).toMatchObject({
      code: 'the_code',
      upstreamStatus: 418,
      details: { internal: 'detail-value' },
      hint: 'The hint.',
      outcome: 'refused',
      retryable,
    });
    expect(make(FACTS)).toMatchObject({
      upstreamStatus: undefined,
      outcome: 'not-sent',
      retryable,
    });
    expect(make({ ...FACTS, retryable: !retryable, outcome: 'unknown' })).toMatchObject({
      retryable: !retryable,
      outcome: 'unknown',
    });
  });

  it.each([
    [undefined, undefined],
    [0, 0],
    [0.2, 1],
    [59_857.716, 59_858],
    [5_000.000_000_9, 5_000],
  ])('says to wait %p ms in whole milliseconds', (retryAfter, whole) => {
    expect(make({ ...FACTS, retryAfter }).retryAfter).toBe(whole);
  });

  it('tells the support what it asks for, and nothing else', () => {
    const before = Date.now();
    const report = make({ ...FACTS, upstreamStatus: 418 }).toSupportReport();
    expect(report).toEqual({
      clientId: 'client-1',
      code: 'the_code',
      message: 'The message.',
      status: 418,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown,
    });
    expect(Date.parse(report.time)).toBeGreaterThanOrEqual(before);
    expect(make(FACTS).toSupportReport()).toMatchObject({ status: undefined });
  });
});

describe('exceptions of their own kind', () => {
  it.each([400, 402, 404, 409, 410, 422, 499])(
    'a request exception has the status %d',
    (status) => {
      const exception = new CryptofuseRequestException({ ...FACTS, upstreamStatus: status });
      expect(exception.getStatus()).toBe(status);
      expect(exception.getResponse()).toMatchObject({ statusCode: status });
    },
  );

  it('a permission exception has scopes', () => {
    const facts = { ...FACTS, requiredScopes: ['write'], tokenScopes: ['read'] };
    const exception = new CryptofusePermissionException(facts);
    expect([exception.requiredScopes, exception.tokenScopes]).toEqual([['write'], ['read']]);
    const bare = new CryptofusePermissionException(FACTS);
    expect([bare.requiredScopes, bare.tokenScopes]).toEqual([[], []]);
  });

  it('a rate limit exception has the limit', () => {
    const limit = { limit: 20, remaining: 0, resetAt: new Date(5), retryAfter: 7 };
    const facts = { ...FACTS, ...limit, source: 'token' as const };
    expect(new CryptofuseRateLimitException(facts)).toMatchObject({ ...limit, source: 'token' });
    expect(new CryptofuseRateLimitException({ ...FACTS, source: 'api' })).toMatchObject({
      source: 'api',
      limit: undefined,
      remaining: undefined,
      resetAt: undefined,
      retryAfter: undefined,
    });
  });

  it('a closed client cannot be tried again', () => {
    expect(clientClosed('client-1', 'unknown')).toMatchObject({
      code: 'client_closed',
      outcome: 'unknown',
      retryable: false,
      hint: 'The application is shutting down. Await calls in a shutdown hook, or raise drainTimeout.',
    });
  });

  it('a config exception is one of ours, an Error, and no HttpException', () => {
    const problems = [{ property: 'a.b', message: 'must be c' }];
    const exception = new CryptofuseConfigException(problems, { subject: 'It cannot:' });
    expect(exception).toBeInstanceOf(CryptofuseException);
    expect(exception).toBeInstanceOf(Error);
    expect(exception).not.toBeInstanceOf(HttpException);
    expect(exception.message).toBe('It cannot:\n  - a.b: must be c');
    expect(exception.toSupportReport()).toMatchObject({ clientId: '', code: 'invalid_options' });
  });
});

describe('CryptofuseException', () => {
  it.each([
    new Error('x'),
    new UnauthorizedException(),
    Object.assign(new Error('x'), { code: 'the_code', upstreamStatus: 1 }),
    {},
    null,
    undefined,
    'CryptofuseException',
    () => undefined,
  ])('is not what %p is an instance of', (value: unknown) => {
    expect(value instanceof CryptofuseException).toBe(false);
  });

  it('is what an exception of another copy of the package is an instance of', () => {
    const brand = Symbol.for('nestjs-cryptofuse.exception');
    expect({ [brand]: true } instanceof CryptofuseException).toBe(true);
  });

  it('is what an exception of an application’s subclass is an instance of', () => {
    class OwnException extends CryptofuseServerException {}
    expect(new OwnException(FACTS)).toBeInstanceOf(CryptofuseException);
  });
});

describe('hintFor', () => {
  it.each(['invalid_client', 'invalid_scope', 'redirect_refused', 'dns_failure', 'tls_failure'])(
    'has a remedy for %s',
    (code) => {
      expect(hintFor(code)).toMatch(/\.$/);
    },
  );

  it.each(['', 'unheard_of', 'constructor', '__proto__', 'INVALID_CLIENT'])(
    'has none for %j',
    (code) => {
      expect(hintFor(code)).toBeUndefined();
    },
  );
});
