import { Logger, type LoggerService } from '@nestjs/common';

/** What an application is told in a line of its log. */
export interface LoggedLine {
  readonly level: 'error' | 'warn' | 'log' | 'debug';
  /** All that the logger was given, the context last. */
  readonly parts: readonly unknown[];
}

/** An application's logger that keeps what it is told, each line with its level. */
export class LineLogger implements LoggerService {
  readonly lines: LoggedLine[] = [];

  error(...parts: readonly unknown[]): void {
    this.lines.push({ level: 'error', parts });
  }

  warn(...parts: readonly unknown[]): void {
    this.lines.push({ level: 'warn', parts });
  }

  log(...parts: readonly unknown[]): void {
    this.lines.push({ level: 'log', parts });
  }

  debug(...parts: readonly unknown[]): void {
    this.lines.push({ level: 'debug', parts });
  }

  /** What the package told at `error`, in order; Nest has contexts of its own. */
  get errors(): readonly string[] {
    return this.#told('error');
  }

  /** The same at `debug`. */
  get debugs(): readonly string[] {
    return this.#told('debug');
  }

  #told(level: LoggedLine['level']): readonly string[] {
    return this.lines
      .filter((line) => line.level === level && line.parts.at(-1) === 'Cryptofuse')
      .map(({ parts }) => parts.slice(0, -1).map(String).join(' | '));
  }

  /** Takes the place of whatever logger there is; `release` when done. */
  collect(): this {
    Logger.overrideLogger(this);
    return this;
  }

  release(): void {
    Logger.overrideLogger(false);
  }
}
