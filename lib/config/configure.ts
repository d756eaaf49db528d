import type { ConfigProblem } from '../exceptions/cryptofuse-config.exception.js';
import { normalizeBaseUrl } from './base-url.js';
import { isClientName, NO_NAME } from './client-name.js';
import { sealClientSecret } from './client-secret.js';
import { CryptofuseConfig } from './cryptofuse-config.js';
import { environmentOptions, variableOf } from './environment-options.js';
import { isOptionsObject, readOptions } from './option-reader.js';
import { QuotaSettings } from './quota-settings.js';
import { refusedOptions } from './refused-options.js';
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

const NO_OPTIONS = { property: 'options', message: 'must be an object; {} takes the environment' };

/** What every client states, be it by a variable. */
const REQUIRED = ['clientId', 'clientSecret'] as const;

/**
 * Returns the configuration that `options` and, for what they leave out, `environment` state.
 *
 * @param name that of the client; `undefined`: it has none
 * @throws {CryptofuseConfigException} naming every bad option, never with a secret's value
 */
export function configure(
  options: unknown,
  environment: NodeJS.ProcessEnv,
  name?: string,
): CryptofuseConfig {
  const config = new CryptofuseConfig();
  const refused = (problems: readonly ConfigProblem[]): Error =>
    refusedOptions(problems, { name, clientId: config.clientId });
  if (name !== undefined && !isClientName(name)) throw refused([NO_NAME]);
  if (!isOptionsObject(options)) throw refused([NO_OPTIONS]);
  const known = Object.keys(config);
  const read = readOptions(options, known, '');
  const stated = new Map([...environmentOptions(environment, name), ...read.values]);
  const unreadable = [...stated].flatMap(([option, value]) => state(config, option, value));
  const told = [...read.problems, ...unreadable];
  told.push(...missingOptions([...stated.keys(), ...told.map(propertyOf)], name));
  const found = new Set(told.map(propertyOf));
  const wrong = validatedProblems(config).filter(({ property }) => !found.has(property));
  const problems = [...told, ...wrong];
  if (problems.length > 0) throw refused(problems);
  Object.assign(config, { name, baseUrl: normalizeBaseUrl(config.baseUrl) });
  return frozen(config);
}

function missingOptions(
  given: readonly string[],
  name: string | undefined,
): readonly ConfigProblem[] {
  return REQUIRED.filter((option) => !given.includes(option)).map((option) => ({
    property: option,
    message: `is missing; state it or set ${variableOf(option, name)}`,
  }));
}

function propertyOf({ property }: ConfigProblem): string {
  return property;
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
