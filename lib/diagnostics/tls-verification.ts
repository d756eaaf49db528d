const VARIABLE = 'NODE_TLS_REJECT_UNAUTHORIZED';

/** Returns why Node verifies no certificate; `undefined` where it does. What only a prototype states counts for nothing. */
export function unverifiedReason(environment: NodeJS.ProcessEnv): string | undefined {
  const isOff = Object.hasOwn(environment, VARIABLE) && environment[VARIABLE] === '0';
  if (!isOff) return undefined;
  return `${VARIABLE} is 0; remove it, and name an authority of your own in NODE_EXTRA_CA_CERTS`;
}
