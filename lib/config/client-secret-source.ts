import type { Secret } from './secret.js';

/** One secret, or the current and the previous one while a rotation is under way. */
export type ClientSecretStatement = string | readonly [current: string, previous: string];

/** Gives the secret, asked anew before each token request. */
export type ClientSecretFunction = () => ClientSecretStatement | Promise<ClientSecretStatement>;

/** Where the client's secrets come from, in a form that does not print them. */
export type ClientSecretSource = readonly Secret[] | ClientSecretFunction;
