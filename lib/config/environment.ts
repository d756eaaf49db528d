const SUFFIXES = {
  clientId: 'CLIENT_ID',
  clientSecret: 'CLIENT_SECRET',
  baseUrl: 'BASE_URL',
} as const;

type EnvironmentOption = keyof typeof SUFFIXES;

/**
 * Returns the prefix of the environment variables of the client `name`. Names that differ only in case, or in `-` and
 * `_`, share a prefix.
 */
export function variablePrefix(name: string | undefined): string {
  if (name === undefined) return 'CRYPTOFUSE';
  return `CRYPTOFUSE_${name.toUpperCase().replaceAll('-', '_')}`;
}

/** Returns the name of the environment variable for `option` of the client `name`. */
export function variableOf(option: EnvironmentOption, name: string | undefined): string {
  return `${variablePrefix(name)}_${SUFFIXES[option]}`;
}

/**
 * Returns the options that the environment sets for the client `name`; an empty variable counts as unset. Only the base
 * URL falls back to the unnamed variable: a missing variable must not make a named client act as another merchant.
 */
export function environmentOptions(
  environment: NodeJS.ProcessEnv,
  name: string | undefined,
): ReadonlyMap<string, string> {
  const valueOf = (option: EnvironmentOption, client: string | undefined): string | undefined => {
    const variable = variableOf(option, client);
    const value = Object.hasOwn(environment, variable) ? environment[variable] : undefined;
    return value === '' ? undefined : value;
  };
  const stated: readonly (readonly [string, string | undefined])[] = [
    ['clientId', valueOf('clientId', name)],
    ['clientSecret', valueOf('clientSecret', name)],
    ['baseUrl', valueOf('baseUrl', name) ?? valueOf('baseUrl', undefined)],
  ];
  return new Map(stated.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
