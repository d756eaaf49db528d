import { describe, expect, it } from '@jest/globals';
import { HttpException } from '@nestjs/common';
import { CryptofuseConfigException } from '../../../lib/exceptions/cryptofuse-config.exception.js';
import {
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
  type RequestOutcome,
} from '../../../lib/exceptions/cryptofuse.exception.js';
import { printedForms } from '../../support/printed-forms.js';

const FACTS: ExceptionInit = { code: 'the_code', message: 'The message.', clientId: 'client-1' };

const EXCEPTIONS: readonly Error[] = [
  new CryptofuseAuthenticationException(FACTS),
  new CryptofusePermissionException(FACTS),
  new CryptofuseRateLimitException({ ...FACTS, source: 'token' }),
  new CryptofuseRequestException(FACTS),
  new CryptofuseServerException(FACTS),
  new CryptofuseUnavailableException(FACTS),
  new CryptofuseTimeoutException(FACTS),
  new CryptofuseDestinationException(FACTS),
  new CryptofuseConfigException([], { subject: 'It cannot:' }),
];

/** An application's own exception, beside those of the package. */
class OwnException extends CryptofuseException {
  readonly code = 'own';
  readonly upstreamStatus = undefined;
  readonly details = undefined;
  readonly hint = undefined;
  readonly retryable = false;
  readonly retryAfter = undefined;
  readonly outcome: RequestOutcome = 'not-sent';

  toSupportReport() {
    return { clientId: '', code: this.code, message: '', status: undefined, time: '' };
  }
}

describe('classes of exceptions', () => {
  const pairs = EXCEPTIONS.flatMap((one) =>
    EXCEPTIONS.filter((other) => other !== one).map((other) => ({ one, other })),
  );

  it.each(pairs)('$one.name is no $other.name', ({ one, other }) => {
    expect(one).not.toBeInstanceOf(other.constructor);
  });

  it.each(EXCEPTIONS.map((one) => [one.name, one] as const))('%s is of its class', (name, one) => {
    expect(one).toBeInstanceOf(one.constructor);
    expect(one).toBeInstanceOf(CryptofuseException);
    expect([one.constructor.name, one.name]).toEqual([name, name]);
  });

  it.each([new Error('x'), new HttpException('x', 401), Object.assign({}, EXCEPTIONS[0])])(
    'no class of ours has %p',
    (stranger) => {
      for (const { constructor } of EXCEPTIONS) expect(stranger).not.toBeInstanceOf(constructor);
    },
  );

  it('one that an application derives has its own instances, and not ours', () => {
    const own = new OwnException('x');
    expect(own).toBeInstanceOf(OwnException);
    expect(own).toBeInstanceOf(CryptofuseException);
    for (const one of EXCEPTIONS) expect(one).not.toBeInstanceOf(OwnException);
  });
});

describe('an exception', () => {
  it.each(EXCEPTIONS.filter((one) => one instanceof HttpException))(
    '$name has exactly three public members, in a new object each time',
    (one) => {
      const [first, second] = [one.getResponse(), one.getResponse()];
      expect(Object.keys(first)).toEqual(['statusCode', 'message', 'code']);
      expect(second).toEqual(first);
      expect(second).not.toBe(first);
    },
  );

  it('does not show the client id', () => {
    for (const one of EXCEPTIONS) {
      for (const form of printedForms(one)) expect(form).not.toContain('client-1');
    }
  });

  it('makes a new report each time, with the same time', () => {
    const exception = new CryptofuseServerException(FACTS);
    const report = exception.toSupportReport();
    Object.assign(report, { code: 'changed', time: 'changed' });
    expect(exception.toSupportReport().code).toBe('the_code');
    expect(exception.toSupportReport()).toEqual(exception.toSupportReport());
  });

  it.each([
    new CryptofuseRateLimitException({ ...FACTS, source: 'api', retryable: undefined }),
    new CryptofuseTimeoutException({ ...FACTS, retryable: undefined }),
    new CryptofuseUnavailableException({ ...FACTS, retryable: undefined }),
  ])('$name is retryable by default', ({ retryable }) => {
    expect(retryable).toBe(true);
  });
});
