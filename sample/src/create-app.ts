import { fileURLToPath } from 'node:url';
import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { protectPage } from './protect-page.js';

/** Beside both src/ and dist/, so that the page is found wherever this file runs. */
const PUBLIC = fileURLToPath(new URL('../public', import.meta.url));

/** A browser keeps its connections open; they must not hold up the application's end. */
const OPTIONS: Readonly<NestApplicationOptions> = { forceCloseConnections: true };

/** Returns the application, ready to listen: the page at `/`, the JSON behind it below `/api`. */
export async function createApp(): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule, OPTIONS);
  app.disable('x-powered-by');
  app.setGlobalPrefix('api');
  app.useStaticAssets(PUBLIC, { setHeaders: protectPage });
  return app.enableShutdownHooks();
}
