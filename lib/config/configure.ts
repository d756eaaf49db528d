import {
  IsIn,
  IsInt,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
  validateSync,
  type ValidationError,
  type ValidatorOptions,
} from 'class-validator';
import { type ConfigProblem, optionsRefused } from '../exceptions/cryptofuse-config.exception.js';
import { CryptofuseConfig } from './cryptofuse-config.js';
import { environmentOptions, variableOf } from './environment.js';
import { isOptionsObject, readOptions } from './option-reader.js';
import {
  applyOptionRules,
  findOptionProblemsBy,
  hasOptionRules,
  RULE_PREFIX,
} from './option-rules.js';
import { isClientName, NO_NAME, normalizeBaseUrl, sealClientSecret } from './option-values.js';
import { Secret } from './secret.js';
import { QuotaSettings, RetrySettings, TokenSettings } from './settings.js';

const DECORATORS = { IsIn, IsInt, Max, Min, ValidateBy, ValidateIf, ValidateNested };

/** class-validator's options, without a prototype that could add others. */
const CHECKS = Object.assign(Object.create(null) as ValidatorOptions, {
  forbidUnknownValues: false,
  stopAtFirstError: true,
  validationError: { target: false, value: false },
});

/** Returns what class-validator finds wrong with `settings`, without any value. */
function validatedProblems(settings: object): readonly ConfigProblem[] {
  applyOptionRules(DECORATORS);
  return problemsOf(validateSync(rulesView(settings), CHECKS), '');
}

/** Returns the members of `settings`, and of its groups, under the names their rules are registered with. */
function rulesView(settings: object): object {
  const view = new Map(
    Object.entries(settings).map(([name, value]: [string, unknown]) => [
      `${RULE_PREFIX}${name}`,
      hasOptionRules(value) ? rulesView(value) : value,
    ]),
  );
  const empty = Object.create(Object.getPrototypeOf(settings) as object) as object;
  return Object.assign(empty, Object.fromEntries(view));
}

function problemsOf(errors: readonly ValidationError[], path: string): ConfigProblem[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const option = `${path}${property.slice(RULE_PREFIX.length)}`;
    const messages = Object.values(constraints ?? {});
    return [
      ...messages.map((message) => ({ property: option, message })),
      ...problemsOf(children ?? [], `${option}.`),
    ];
  });
}

findOptionProblemsBy(validatedProblems);

const GROUPS: ReadonlyMap<string, () => object> = new Map<string, () => object>([
  ['token', () => new TokenSettings()],
  ['retry', () => new RetrySettings()],
  ['quota', () => new QuotaSettings()],
]);

/** Converters for options that are stored in another form than they are given in. */
const KEPT: ReadonlyMap<string, (stated: unknown) => unknown> = new Map([
  ['clientSecret', sealClientSecret],
  ['proxy', (stated) => (typeof stated === 'string' ? new Secret(stated) : stated)],
]);

const NO_OPTIONS = { property: 'options', message: 'must be an object; {} takes the environment' };

/** Options without a default. */
const REQUIRED = ['clientId', 'clientSecret'] as const;

/**
 * Returns the configuration from `options`, with missing options taken from `environment`.
 *
 * @param name the client's name; `undefined` if it has none
 * @throws {CryptofuseConfigException} naming every invalid option, never with a secret's value
 */
export function configure(
  options: unknown,
  environment: NodeJS.ProcessEnv,
  name?: string,
): CryptofuseConfig {
  const config = new CryptofuseConfig();
  const refused = (problems: readonly ConfigProblem[]): Error =>
    optionsRefused(problems, { name, clientId: config.clientId });
  if (name !== undefined && !isClientName(name)) throw refused([NO_NAME]);
  if (!isOptionsObject(options)) throw refused([NO_OPTIONS]);
  const known = Object.keys(config);
  const read = readOptions(options, known, '');
  const stated = new Map([...environmentOptions(environment, name), ...read.values]);
  const unreadable = [...stated].flatMap(([option, value]) => state(config, option, value));
  const problems = [...read.problems, ...unreadable];
  const given = [...stated].filter(isGiven).map(([option]) => option);
  problems.push(...missingOptions([...given, ...problems.map(propertyOf)], name));
  const found = new Set(problems.map(propertyOf));
  problems.push(...validatedProblems(config).filter(({ property }) => !found.has(property)));
  if (problems.length > 0) throw refused(problems);
  Object.assign(config, { name, baseUrl: normalizeBaseUrl(config.baseUrl) });
  return frozen(config);
}

/** Returns whether the option has a value; a blank `clientId` counts as missing. */
function isGiven([option, value]: readonly [string, unknown]): boolean {
  return option !== 'clientId' || typeof value !== 'string' || value.trim() !== '';
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
