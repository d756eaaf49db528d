import {
  BadGatewayException,
  Catch,
  HttpException,
  InternalServerErrorException,
  Logger,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { throwError } from 'rxjs';
import { CryptofuseAuthenticationException } from './exceptions/cryptofuse-authentication.exception.js';
import { CryptofuseException } from './exceptions/cryptofuse.exception.js';
import { CryptofusePermissionException } from './exceptions/cryptofuse-permission.exception.js';

/** What the responses of Nest's HTTP platforms have in common. */
interface Reply {
  readonly headersSent?: boolean;
  readonly sent?: boolean;
  status(code: number): { send(body: unknown): unknown };
}

/**
 * Answers 502 where *our* credentials failed, so that a browser does not take the 401 for its own
 * login. Any other exception keeps its status. Opt in: `app.useGlobalFilters(new CryptofuseExceptionFilter())`.
 */
@Catch(CryptofuseException)
export class CryptofuseExceptionFilter implements ExceptionFilter<CryptofuseException> {
  readonly #logger = new Logger('Cryptofuse');

  catch(exception: CryptofuseException, host: ArgumentsHost): unknown {
    const answered = isOurFailure(exception) ? asBadGateway(exception) : exception;
    switch (host.getType<string>()) {
      case 'http': {
        this.#reply(answered, host.switchToHttp().getResponse<Reply>());
        return;
      }
      case 'rpc':
        return throwError(() => answered);
      default:
        return answered;
    }
  }

  #reply(answered: Error, reply: Reply): void {
    if (answered instanceof HttpException) {
      send(answered, reply);
      return;
    }
    this.#logger.error(answered.message, answered.stack);
    send(new InternalServerErrorException(), reply);
  }
}

function send(exception: HttpException, reply: Reply): void {
  if (reply.headersSent === true || reply.sent === true) return;
  reply.status(exception.getStatus()).send(exception.getResponse());
}

function isOurFailure(exception: CryptofuseException): boolean {
  if (exception instanceof CryptofuseAuthenticationException) return true;
  return exception instanceof CryptofusePermissionException && exception.code === 'invalid_scope';
}

function asBadGateway({ message, code }: CryptofuseException): BadGatewayException {
  return new BadGatewayException({ statusCode: 502, message, code });
}
