import { HttpException } from '@nestjs/common';
import type { PublicBody } from './described-exception.js';

/** An `HttpException` with the status its body names. */
export class UpstreamStatusException extends HttpException {
  constructor(body: PublicBody) {
    super(body, body.statusCode);
  }
}
