import type { AddressInfo } from 'node:net';
import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { CryptofuseConfig } from 'nestjs-cryptofuse';
import { choosePort } from './choose-port.js';
import { createApp } from './create-app.js';
import { Upstream } from './upstream/upstream.js';

const HOST = '127.0.0.1';

/** Starts the application and says where it is and which API it calls. */
async function start(): Promise<void> {
  const { port, remark } = await choosePort(HOST, process.env['PORT']);
  // Nest would log every route; the lines below are what a person needs at startup.
  Logger.overrideLogger(['fatal', 'error', 'warn']);
  const app = await createApp();
  await app.listen(port, HOST);
  const lines = [
    `Page  http://${HOST}:${portOf(app)}`,
    remark,
    ...upstreamLines(app),
    'Ctrl-C stops it.',
  ];
  console.log(`\n${lines.filter((line) => line !== undefined).join('\n')}\n`);
}

function portOf(app: NestExpressApplication): number {
  return (app.getHttpServer().address() as AddressInfo).port;
}

function upstreamLines(app: NestExpressApplication): string[] {
  if (app.get(Upstream).kind === 'api') return [`API   ${app.get(CryptofuseConfig).baseUrl}`];
  return [
    'API   the sandbox inside this process: no payment is real',
    '      For the real API set CRYPTOFUSE_CLIENT_ID and CRYPTOFUSE_CLIENT_SECRET.',
  ];
}

start().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
