import type { ServerResponse } from 'node:http';
import {
  type ArgumentsHost,
  BadGatewayException,
  Catch,
  type ExceptionFilter,
  HttpException,
  InternalServerErrorException,
  Logger,
} from '@nestjs/common';
import { throwError } from 'rxjs';
import {
  CryptofuseAuthenticationException,
  CryptofusePermissionException,
} from './exceptions/cryptofuse-exceptions.js';
import { CryptofuseException, type PublicBody } from './exceptions/cryptofuse.exception.js';

interface Replies {
  status(code: number): this;
  header(name: string, value: string): this;
  send(body: unknown): unknown;
}

/** A response of Express, Fastify or Node; middleware of Fastify only has Node's. */
type HttpReply =
  | (ServerResponse & Replies)
  | (Replies & { readonly sent: boolean; readonly raw: ServerResponse })
  | ServerResponse;

/** Sends `body` as JSON; if the response has already started, only ends it, as Nest does. */
function sendReply(
  reply: HttpReply,
  body: { readonly statusCode: number },
  headers: Readonly<Record<string, string>>,
): void {
  const isFastify = 'raw' in reply;
  if (isFastify ? reply.sent : reply.headersSent) {
    (isFastify ? reply.raw : reply).end();
    return;
  }
  if (!('status' in reply)) {
    const type = { 'content-type': 'application/json; charset=utf-8' };
    reply.writeHead(body.statusCode, { ...headers, ...type }).end(JSON.stringify(body));
    return;
  }
  for (const [name, value] of Object.entries(headers)) reply.header(name, value);
  reply.status(body.statusCode).send(body);
}

/** A client of a gateway: of socket.io, or a plain WebSocket, whose `readyState` is a number. */
interface GatewayClient {
  readonly readyState?: unknown;
  emit?(event: string, data: unknown): unknown;
  send?(text: string): unknown;
}

/** The codes of a 403 that concerns the scopes of *our* client. */
const OUR_SCOPES: ReadonlySet<string> = new Set(['invalid_scope', 'insufficient_scope']);
const DOUBT = 'Nobody knows whether the request was carried out: look before you repeat it.';
/** The message that an end user gets for a mistake in the application. */
const INTERNAL = 'Internal Server Error';
/** The event with which Nest sends an exception to a client of a gateway. */
const EVENT = 'exception';

/**
 * Responds to an exception that nobody caught with its status, message and code, and nothing else.
 * The status is 502 if *our* credentials or scopes failed, so that a browser does not take a 401 for its own
 * login; any other exception keeps its status. A status of 500 or more is logged, in one line.
 *
 * Opt in: `app.useGlobalFilters(new CryptofuseExceptionFilter())`, on a microservice as well; on a gateway, which
 * has no global filters, `@UseFilters(CryptofuseExceptionFilter)`.
 */
@Catch(CryptofuseException)
export class CryptofuseExceptionFilter implements ExceptionFilter<CryptofuseException> {
  readonly #logger = new Logger('Cryptofuse');

  catch(exception: CryptofuseException, host: ArgumentsHost): unknown {
    const { message, code } = exception;
    const body: PublicBody = { statusCode: statusOf(exception), message, code };
    const result = tell(exception, body, host);
    this.#log(exception, body);
    return result;
  }

  /** Logs the exception: Nest logs nothing that a filter catches, and an event in a microservice has no caller to respond to. */
  #log({ outcome, upstreamStatus, hint = '' }: CryptofuseException, body: PublicBody): void {
    const { statusCode, code, message } = body;
    if (statusCode < 500) return;
    const upstream = upstreamStatus === undefined ? '' : `, HTTP ${upstreamStatus} from the API`;
    const line = `${statusCode} ${code}: ${message} (${outcome}${upstream}) ${hint}`;
    this.#logger.error(line.replaceAll(/\s+/g, ' ').trim());
  }
}

function tell(exception: CryptofuseException, body: PublicBody, host: ArgumentsHost): unknown {
  switch (host.getType<string>()) {
    case 'http': {
      const reply = host.switchToHttp().getResponse<HttpReply>();
      sendReply(reply, httpBody(exception, body), headersOf(exception));
      return undefined;
    }
    case 'ws':
      emit(host.switchToWs().getClient<GatewayClient>(), eventData(exception));
      return undefined;
    case 'rpc':
      return throwError(() => body);
    default:
      return returned(exception, body);
  }
}

function isOurFailure(exception: CryptofuseException): boolean {
  if (exception instanceof CryptofuseAuthenticationException) return true;
  return exception instanceof CryptofusePermissionException && OUR_SCOPES.has(exception.code);
}

function statusOf(exception: CryptofuseException): number {
  if (isOurFailure(exception)) return 502;
  return isHttp(exception) ? exception.getStatus() : 500;
}

/** Returns `false` only for invalid options, which are not shown to an end user. */
function isHttp(exception: CryptofuseException): exception is CryptofuseException & HttpException {
  return exception instanceof HttpException;
}

function httpBody(exception: CryptofuseException, body: PublicBody): Omit<PublicBody, 'code'> {
  if (!isHttp(exception)) return { statusCode: body.statusCode, message: INTERNAL };
  if (exception.outcome !== 'unknown') return body;
  return { ...body, message: `${asSentence(body.message)} ${DOUBT}` };
}

function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Returns the exception to hand on, for example to GraphQL, which turns it into an error for its caller. */
function returned(exception: CryptofuseException, body: PublicBody): Error {
  if (!isHttp(exception)) {
    return new InternalServerErrorException({ statusCode: body.statusCode, message: INTERNAL });
  }
  return isOurFailure(exception) ? new BadGatewayException(body) : exception;
}

/** Returns `Retry-After` in whole seconds, rounded up. */
function headersOf({ retryAfter }: CryptofuseException): Readonly<Record<string, string>> {
  if (retryAfter === undefined) return {};
  return { 'retry-after': Math.ceil(retryAfter / 1_000).toString() };
}

function eventData(exception: CryptofuseException): object {
  const { message, code } = exception;
  return { status: 'error', message: isHttp(exception) ? message : INTERNAL, code };
}

function emit(client: GatewayClient, data: object): void {
  // A plain WebSocket is an EventEmitter too, but what it emits stays in this process.
  if (typeof client.readyState === 'number') client.send?.(JSON.stringify({ event: EVENT, data }));
  else client.emit?.(EVENT, data);
}
