import {
  CryptofuseConfigException,
  type ConfigProblem,
} from '../exceptions/cryptofuse-config.exception.js';

/** Whose options they are, as far as it is known. */
interface RefusedClient {
  readonly name: string | undefined;
  readonly clientId: unknown;
}

/** Returns the exception of a client whose options cannot work. */
export function refusedOptions(
  problems: readonly ConfigProblem[],
  { name, clientId }: RefusedClient,
): CryptofuseConfigException {
  const client = name === undefined ? '' : ` the client ${JSON.stringify(name)}`;
  return new CryptofuseConfigException(problems, {
    subject: `CryptofuseModule cannot start${client} with these options:`,
    clientId: typeof clientId === 'string' ? clientId : '',
  });
}
