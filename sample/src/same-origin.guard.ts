import type { IncomingMessage } from 'node:http';
import {
  ForbiddenException,
  Injectable,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/**
 * Keeps other sites in the same browser from calling the page's API: their forms send their `Origin`, and
 * a name of theirs that resolves to this machine (DNS rebinding) shows in the `Host`.
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
