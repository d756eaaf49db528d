import 'reflect-metadata';
import { Agent } from 'node:http';
import { HttpModule, HttpService } from '@nestjs/axios';
import { NestFactory } from '@nestjs/core';
import { firstValueFrom } from 'rxjs';
import { fetchToken } from '../fetch-token.mjs';

export const name = '@nestjs/axios';

/** HttpService with a token that never changes. */
export async function open(url) {
  const { access_token: token } = await fetchToken(url);
  const httpAgent = new Agent({ keepAlive: true, maxSockets: 64 });
  const headers = { authorization: `Bearer ${token}` };
  const module = HttpModule.register({ baseURL: url, httpAgent, headers });
  const context = await NestFactory.createApplicationContext(module, { logger: false });
  const http = context.get(HttpService);
  return {
    call: async () => (await firstValueFrom(http.get('/user/me/'))).data,
    async close() {
      await context.close();
      httpAgent.destroy();
    },
  };
}
