import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { CryptofuseModule } from 'nestjs-cryptofuse';
import { undiciTransport } from 'nestjs-cryptofuse/undici';
import { CLIENT_ID, CLIENT_SECRET } from './credentials.mjs';

/** The transports, by what a table calls them. */
export const TRANSPORTS = {
  undici: () => ({ transport: undiciTransport() }),
  axios: () => ({}),
};

/** Starts a Nest application that holds nothing but the module; further `options` are the module's. */
export function openCryptofuse(url, transport, options = {}) {
  const module = CryptofuseModule.forRoot({
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    baseUrl: url,
    ...TRANSPORTS[transport](),
    ...options,
  });
  return NestFactory.createApplicationContext(module, { logger: false });
}
