import { Logger, type LoggerService } from '@nestjs/common';

/** Collects what is logged through Nest's `Logger` until `release`. */
export class LoggedLines implements LoggerService {
  readonly warnings: string[] = [];
  readonly others: string[] = [];

  /** Takes the place of the application's logger. */
  static collect(): LoggedLines {
    const lines = new LoggedLines();
    Logger.overrideLogger(lines);
    return lines;
  }

  log(message: unknown): void {
    this.others.push(String(message));
  }

  error(message: unknown): void {
    this.others.push(String(message));
  }

  debug(message: unknown): void {
    this.others.push(String(message));
  }

  warn(message: unknown): void {
    this.warnings.push(String(message));
  }

  release(): void {
    Logger.overrideLogger(false);
  }
}
