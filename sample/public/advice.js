const CREDENTIALS = {
  title: 'Cryptofuse does not accept the credentials of this application.',
  remedy:
    'Check CRYPTOFUSE_CLIENT_ID and CRYPTOFUSE_CLIENT_SECRET against Settings → API Credentials in the merchant dashboard, then start the application again.',
};
const SCOPE = {
  title: 'This application is not allowed to do that.',
  remedy: 'Grant its client the scopes read and write in the merchant dashboard.',
};
const UNREACHABLE = {
  title: 'Cryptofuse cannot be reached.',
  remedy: 'Check the network of this machine, and CRYPTOFUSE_BASE_URL if it is set.',
};
const WRONG_ADDRESS = {
  title: 'The server at this address is not the Cryptofuse API.',
  remedy: 'Check CRYPTOFUSE_BASE_URL, then start the application again.',
};

/** By the package's error codes. */
const BY_CODE = new Map([
  ['invalid_client', CREDENTIALS],
  ['invalid_grant', CREDENTIALS],
  ['unauthorized_client', CREDENTIALS],
  ['unauthorized', CREDENTIALS],
  ['authentication_failed', CREDENTIALS],
  ['invalid_scope', SCOPE],
  ['permission_denied', SCOPE],
  ['dns_failure', UNREACHABLE],
  ['connection_refused', UNREACHABLE],
  ['tls_failure', UNREACHABLE],
  ['http_404', WRONG_ADDRESS],
  ['redirect_refused', WRONG_ADDRESS],
]);

/** By the HTTP status, if there is nothing for the code. */
const BY_STATUS = new Map([
  [undefined, { remedy: 'Check that it is still running: npm start.' }],
  [400, { title: 'That cannot be sent yet.', remedy: 'Correct it and send it again.' }],
  [422, { title: 'Cryptofuse does not accept that.', remedy: 'Correct it and send it again.' }],
  [429, { title: 'Too many requests.', remedy: 'Wait a minute and try again.' }],
  [503, { title: 'Cryptofuse did not respond.', remedy: 'Try again in a moment.' }],
  [504, { title: 'Cryptofuse did not respond in time.', remedy: 'Try again in a moment.' }],
]);

const REFUSED = { title: 'That was refused.', remedy: 'Reload the page and try again.' };
const OTHERWISE = { title: 'Cryptofuse reported an error.', remedy: 'Try again in a moment.' };

/**
 * Says what a problem means and what to do about it.
 *
 * @returns {{ title: string | undefined, details: string[], remedy: string }}
 */
export function adviceOn(problem) {
  const byCode = BY_CODE.get(problem.code);
  const byStatus = BY_STATUS.get(problem.status) ?? (problem.status < 500 ? REFUSED : OTHERWISE);
  const { title, remedy } = byCode ?? byStatus;
  // If there is advice for the code, the server's message would only repeat it.
  return { title, details: byCode === undefined ? problem.messages : [], remedy };
}

/** Returns whether the API may have acted: check before you send again what moves money. */
export function mayHaveActed(problem) {
  return (problem.status === undefined || problem.status >= 500) && !BY_CODE.has(problem.code);
}
