import {
  CryptofuseConfigException,
  type ConfigProblem,
} from '../exceptions/cryptofuse-config.exception.js';
import { normalizeBaseUrl } from './base-url.js';
import { sealClientSecret } from './client-secret.js';
import { CryptofuseConfig } from './cryptofuse-config.js';
import { environmentOptions } from './environment-options.js';
import { isOptionsObject, readOptions } from './option-reader.js';
import { QuotaSettings } from './quota-settings.js';
import { RetrySettings } from './retry-settings.js';
import { Secret } from './secret.js';
import { TokenSettings } from './token-settings.js';
import { validatedProblems } from './validated-problems.js';

const GROUPS: ReadonlyMap<string, () => object> = new Map<string, () => object>([
  ['token', () => new TokenSettings()],
  ['retry', () => new RetrySettings()],
  ['quota', () => new QuotaSettings()],
]);

/** How an option is kept where that is not as it was stated. */
const KEPT: ReadonlyMap<string, (stated: unknown) => unknown> = new Map([
  ['clientSecret', sealClientSecret],
  ['proxy', (stated) => (typeof stated === 'string' ? new Secret(stated) : stated)],
]);

/**
 * Returns the configuration that `options` and, for what they leave out, `environment` state.
 *
 * @throws {CryptofuseConfigException} naming every bad option, never with a secret's value
 */
export function configure(options: unknown, environment: NodeJS.ProcessEnv): CryptofuseConfig {
  if (!isOptionsObject(options)) {
    throw refusal([
      { property: 'options', message: 'must be an object; {} takes the environment' },
    ]);
  }
  const config = new CryptofuseConfig();
  const known = Object.keys(config);
  const read = readOptions(options, known, '');
  const problems = [...read.problems];
  for (const [option, value] of new Map([...environmentOptions(environment), ...read.values])) {
    problems.push(...state(config, option, value));
  }
  problems.push(...validatedProblems(config));
  if (problems.length > 0) throw refusal(problems, config.clientId);
  Object.assign(config, { baseUrl: normalizeBaseUrl(config.baseUrl) });
  return frozen(config);
}

function state(config: CryptofuseConfig, option: string, value: unknown): readonly ConfigProblem[] {
  const emptyGroup = GROUPS.get(option);
  if (emptyGroup === undefined || (option === 'retry' && value === false)) {
    Object.assign(config, { [option]: KEPT.get(option)?.(value) ?? value });
    return [];
  }
  const group = emptyGroup();
  const read = readOptions(value, Object.keys(group), `${option}.`);
  for (const [member, stated] of read.values) Object.assign(group, { [member]: stated });
  Object.assign(config, { [option]: group });
  return read.problems;
}

function frozen(config: CryptofuseConfig): CryptofuseConfig {
  const { scopes, interceptors, token, retry, quota } = config;
  for (const part of [scopes, interceptors, token, quota]) Object.freeze(part);
  if (retry !== false) [retry.methods, retry.statuses, retry].forEach(Object.freeze);
  return Object.freeze(config);
}

function refusal(
  problems: readonly ConfigProblem[],
  clientId: unknown = '',
): CryptofuseConfigException {
  return new CryptofuseConfigException(problems, {
    subject: 'CryptofuseModule cannot start with these options:',
    clientId: typeof clientId === 'string' ? clientId : '',
  });
}
