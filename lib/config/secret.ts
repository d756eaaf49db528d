import { inspect } from 'node:util';

const PRINTED = '[secret]';

/** A string that does not print itself: not in JSON, in templates, by `inspect` or in logs. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** Returns the string itself. */
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

/** One secret, or the current and the previous one during a rotation. */
export type ClientSecretStatement = string | readonly [current: string, previous: string];

/** Returns the secret. Called before each token request, so that a secret can rotate without a restart. */
export type ClientSecretFunction = () => ClientSecretStatement | Promise<ClientSecretStatement>;

/** The source of the client's secrets, in a form that does not print them. */
export type ClientSecretSource = readonly Secret[] | ClientSecretFunction;
