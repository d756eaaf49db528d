import {
  brand,
  type CryptofuseException,
  type CryptofuseSupportReport,
  type RequestOutcome,
  supportReport,
} from './cryptofuse.exception.js';
import { INVALID_OPTIONS_HINT } from './hints.js';

/** A problem with one option. */
export interface ConfigProblem {
  /** The option's path, for example `retry.attempts`. */
  readonly property: string;
  /** What is wrong with the option and what it must be; never its value. */
  readonly message: string;
}

/** Thrown for invalid options: those of the module stop the application's start, those of a call reject the call. */
export class CryptofuseConfigException extends Error implements CryptofuseException {
  override readonly name = 'CryptofuseConfigException';
  readonly code = 'invalid_options';
  readonly upstreamStatus = undefined;
  readonly hint = INVALID_OPTIONS_HINT;
  readonly retryable = false;
  readonly retryAfter = undefined;
  readonly outcome: RequestOutcome = 'not-sent';
  readonly #clientId: string;
  readonly #time = new Date();

  constructor(
    /** Every problem that was found. */
    readonly problems: readonly ConfigProblem[],
    context: { readonly subject: string; readonly clientId?: string },
  ) {
    const lines = problems.map(({ property, message }) => `  - ${property}: ${message}`);
    super(`${context.subject}\n${lines.join('\n')}`);
    this.#clientId = context.clientId ?? '';
  }

  /** The same problems, under the name that all exceptions use. */
  get details(): { readonly problems: readonly ConfigProblem[] } {
    return { problems: this.problems };
  }

  toSupportReport(): CryptofuseSupportReport {
    return supportReport(this, this.#clientId, this.#time);
  }
}
brand(CryptofuseConfigException.prototype);

/** Returns the exception for a call with invalid options. Nothing was sent. */
export function callRefused(...problems: readonly ConfigProblem[]): CryptofuseConfigException {
  return new CryptofuseConfigException(problems, {
    subject: 'The call was not sent, its options cannot work:',
  });
}

/** The client whose options are invalid, as far as known. */
export interface RefusedClient {
  readonly name: string | undefined;
  readonly clientId: unknown;
}

/** Returns the exception for a client with invalid options. */
export function optionsRefused(
  problems: readonly ConfigProblem[],
  { name, clientId }: RefusedClient,
): CryptofuseConfigException {
  const client = name === undefined ? '' : ` the client ${JSON.stringify(name)}`;
  return new CryptofuseConfigException(problems, {
    subject: `CryptofuseModule cannot start${client} with these options:`,
    clientId: typeof clientId === 'string' ? clientId : '',
  });
}
