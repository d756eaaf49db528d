import { fileURLToPath } from 'node:url';
import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { protectPage } from './protect-page.js';

/** A sibling of both src/ and dist/, so that the page is found wherever this file runs. */
const PUBLIC = fileURLToPath(new URL('../public', import.meta.url));

/** Browsers keep connections open, which must not delay the shutdown. */
const OPTIONS: Readonly<NestApplicationOptions> = { forceCloseConnections: true };

/** Returns the application, ready to listen: the page at `/`, its JSON API below `/api`. */
export async function createApp(): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule, OPTIONS);
  app.disable('x-powered-by');
  app.setGlobalPrefix('api');
  app.useStaticAssets(PUBLIC, { setHeaders: protectPage });
  return app.enableShutdownHooks();
}
