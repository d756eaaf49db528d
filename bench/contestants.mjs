/** Who is measured, by file. `against`: whose cost is 1; `limit`: what the ratio is meant to stay below. */
export const CONTESTANTS = [
  { file: './contestants/undici.mjs' },
  { file: './contestants/undici.mjs', again: true },
  { file: './contestants/undici-dispatch.mjs' },
  { file: './contestants/cryptofuse-on-undici.mjs', against: 'undici', limit: 1.25 },
  { file: './contestants/cryptofuse-http-on-undici.mjs', against: 'undici', limit: 1.5 },
  { file: './contestants/axios.mjs' },
  { file: './contestants/axios.mjs', again: true },
  { file: './contestants/cryptofuse-on-axios.mjs', against: 'axios', limit: 1.05 },
  { file: './contestants/cryptofuse-http-on-axios.mjs', against: 'axios', limit: 1.05 },
  { file: './contestants/nest-axios.mjs' },
  { file: './contestants/hand-written.mjs' },
  { file: './rivals/simple-oauth2.mjs' },
  { file: './rivals/google-auth-library.mjs' },
  { file: './rivals/openid-client.mjs' },
  { file: './rivals/azure-core-rest-pipeline.mjs' },
];

/** In-flight curves are drawn of these. */
export const CURVES = [
  './contestants/undici-dispatch.mjs',
  './contestants/undici.mjs',
  './contestants/cryptofuse-on-undici.mjs',
  './contestants/axios.mjs',
  './contestants/cryptofuse-on-axios.mjs',
];

/** Loads a contestant: `name`, and `open(url)` that gives `call()` and `close()`. */
export const load = (file) => import(new URL(file, import.meta.url));
