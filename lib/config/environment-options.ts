const VARIABLES = {
  clientId: 'CRYPTOFUSE_CLIENT_ID',
  clientSecret: 'CRYPTOFUSE_CLIENT_SECRET',
  baseUrl: 'CRYPTOFUSE_BASE_URL',
} as const;

/** Returns the options that the environment states; an empty variable counts as absent. */
export function environmentOptions(environment: NodeJS.ProcessEnv): ReadonlyMap<string, string> {
  const stated = new Map<string, string>();
  for (const [option, variable] of Object.entries(VARIABLES)) {
    const value = Object.hasOwn(environment, variable) ? environment[variable] : undefined;
    if (value !== undefined && value !== '') stated.set(option, value);
  }
  return stated;
}
