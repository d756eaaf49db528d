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
