import { HttpException } from '@nestjs/common';
import { CryptofuseException } from '../../lib/index.js';
import { printedForms } from '../support/printed-forms.js';

/** Characters in it are encoded differently by Basic, forms, URLs and JSON. */
export const CLIENT_ID = 'fuzz-client';
/** See {@link CLIENT_ID}. */
export const CLIENT_SECRET = 'fuzz+secret/%with:colon';
/** The token that the servers of these tests issue. */
export const TOKEN = 'fuzz-token-0123456789';

/** Every form of the client's secret that must not be seen. */
export const SECRETS: readonly string[] = [
  CLIENT_SECRET,
  encodeURIComponent(CLIENT_SECRET),
  base64(CLIENT_SECRET),
  base64([CLIENT_ID, CLIENT_SECRET].map(encodeURIComponent).join(':')),
];
const ALL: readonly string[] = [...SECRETS, TOKEN, base64(TOKEN)];

function base64(text: string): string {
  return Buffer.from(text).toString('base64').replace(/=+$/, '');
}

/** Returns those of `secrets` that appear when the value is printed in any way, or in its own reports. */
export function leaksIn(value: unknown, secrets = ALL): readonly string[] {
  const texts = [...printedForms(value), ...printedForms(toldBy(value))].map(String);
  return secrets.filter((secret) => texts.some((text) => text.includes(secret)));
}

/** Returns what an exception reports besides its members. */
function toldBy(value: unknown): unknown {
  if (!(value instanceof CryptofuseException)) return undefined;
  const response = value instanceof HttpException ? value.getResponse() : undefined;
  return { report: value.toSupportReport(), stack: value.stack, response };
}
