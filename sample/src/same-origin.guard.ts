import type { IncomingMessage } from 'node:http';
import {
  ForbiddenException,
  Injectable,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/**
 * Keeps other sites that are open in the same browser away from the API behind the page: a form of
 * theirs names its `Origin`, and a name of theirs that resolves to this machine shows as the `Host`.
 */
@Injectable()
export class SameOriginGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { host = '', origin } = context.switchToHttp().getRequest<IncomingMessage>().headers;
    const isOwnPage = origin === undefined || origin === `http://${host}`;
    if (LOOPBACK.test(host) && isOwnPage) return true;
    throw new ForbiddenException('Only the page of this application may call it.');
  }
}
