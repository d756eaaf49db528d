/** How the package names itself to the server (RFC 9110 §10.1.5). */
export const USER_AGENT = 'nestjs-cryptofuse';
