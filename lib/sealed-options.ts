/** Options on their way to `CryptofuseConfig`, so that the injector's contents print no secret. */
export class SealedOptions {
  readonly #options: unknown;

  constructor(options: unknown) {
    this.#options = options;
  }

  reveal(): unknown {
    return this.#options;
  }
}
