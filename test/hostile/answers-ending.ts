import {
  BadGatewayException,
  ForbiddenException,
  GatewayTimeoutException,
  HttpException,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common';
import {
  CryptofuseAuthenticationException,
  CryptofuseException,
  CryptofusePermissionException,
  CryptofuseRateLimitException,
  CryptofuseRequestException,
  CryptofuseServerException,
  CryptofuseTimeoutException,
  CryptofuseUnavailableException,
} from '../../lib/index.js';

/** The ending of a call, in a form that can be sent between processes. */
export interface SeenEnding {
  readonly value?: string;
  readonly exception?: string;
  readonly code?: string;
  readonly outcome?: string;
  readonly status?: number | undefined;
  readonly message?: string;
  /** `null` when the exception names no wait. */
  readonly retryAfter?: number | null;
}

const LONGEST_VALUE = 300;
// eslint-disable-next-line no-control-regex -- these must not appear in a code or a message
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const SECRETS = /client-secret|raw-token|struck-token/;
const NEST_CLASSES = new Map<unknown, new (...parameters: never[]) => HttpException>([
  [CryptofuseAuthenticationException, UnauthorizedException],
  [CryptofusePermissionException, ForbiddenException],
  [CryptofuseRateLimitException, HttpException],
  [CryptofuseRequestException, HttpException],
  [CryptofuseServerException, BadGatewayException],
  [CryptofuseTimeoutException, GatewayTimeoutException],
  [CryptofuseUnavailableException, ServiceUnavailableException],
]);

/** Waits for `call` and returns its ending. */
export async function endingOf(call: Promise<unknown>): Promise<SeenEnding> {
  try {
    return { value: textOf(await call) };
  } catch (error) {
    return exceptionOf(error);
  }
}

function exceptionOf(error: unknown): SeenEnding {
  if (!(error instanceof CryptofuseException)) return { exception: `untyped: ${String(error)}` };
  const { constructor, code, outcome, message, upstreamStatus: status } = error;
  const nestClass = NEST_CLASSES.get(constructor);
  const isTyped = nestClass !== undefined && error instanceof nestClass;
  return {
    exception: isTyped && isPresentable(error) ? constructor.name : `not as it should be: ${code}`,
    code,
    outcome,
    message,
    status,
    retryAfter: (error instanceof CryptofuseRateLimitException ? error.retryAfter : null) ?? null,
  };
}

/** Whether it is safe to log and show: bounded, on one line, without a secret. */
function isPresentable(error: CryptofuseException): boolean {
  const { code, message } = error;
  const written = `${message}${JSON.stringify(error)}${JSON.stringify(error.toSupportReport())}`;
  return (
    code.length > 0 &&
    code.length <= 100 &&
    message.length > 0 &&
    message.length <= 1_000 &&
    written.length < 50_000 &&
    !CONTROL.test(code + message) &&
    !SECRETS.test(written)
  );
}

function textOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = Buffer.isBuffer(value) ? value.toString('latin1') : writtenOf(value);
  return text.length > LONGEST_VALUE ? `${text.length} characters` : text;
}

function writtenOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const isOrdinary =
    typeof value !== 'object' ||
    value === null ||
    [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value) as object);
  return isOrdinary ? jsonOf(value) : 'an object with another prototype';
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return 'too deep to be written';
  }
}
