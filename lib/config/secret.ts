import { inspect } from 'node:util';

const PRINTED = '[secret]';

/** A string that does not print itself: not in JSON, templates, `inspect`, nor loggers. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** Returns the string, for the one place that sends it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return PRINTED;
  }

  toJSON(): string {
    return PRINTED;
  }

  [inspect.custom](): string {
    return PRINTED;
  }
}

/** One secret, or the current and the previous one while a rotation is under way. */
export type ClientSecretStatement = string | readonly [current: string, previous: string];

/** Gives the secret, asked anew before each token request. */
export type ClientSecretFunction = () => ClientSecretStatement | Promise<ClientSecretStatement>;

/** Where the client's secrets come from, in a form that does not print them. */
export type ClientSecretSource = readonly Secret[] | ClientSecretFunction;
