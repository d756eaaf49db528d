import { describe, expect, it } from '@jest/globals';
import { HttpService } from '@nestjs/axios';
import { NotFoundException } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { validateSync } from 'class-validator';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { Observable } from 'rxjs';
import {
  CryptofuseHttpService,
  CryptofuseModule,
  CryptofuseRequestException,
  CryptofuseService,
} from '../../lib/index.js';
import { CryptofuseSandbox } from '../../lib/testing/index.js';
import { rejectionOf } from '../support/rejection-of.js';

const peers = resolve('test/nest11/node_modules');
const require = createRequire(import.meta.url);

function installed(name: string): Record<string, unknown> {
  const folder = `${peers}/${name}`;
  const { main = 'index.js' } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as {
    main?: string;
  };
  return require(resolve(folder, main)) as Record<string, unknown>;
}

/** Without this the suite could pass on the peers of the repository itself. */
describe('the peers of this suite', () => {
  it.each([
    ['@nestjs/common', '11.'],
    ['@nestjs/core', '11.'],
    ['@nestjs/testing', '11.'],
    ['@nestjs/platform-express', '11.'],
    ['@nestjs/axios', '4.'],
    ['class-validator', '0.14.'],
  ])('are the installed %s %s', (name, version) => {
    const manifest = JSON.parse(readFileSync(`${peers}/${name}/package.json`, 'utf8')) as {
      version: string;
    };
    expect(manifest.version.startsWith(version)).toBe(true);
  });

  it('are what the tests import', () => {
    expect(NotFoundException).toBe(installed('@nestjs/common')['NotFoundException']);
    expect(ModuleRef).toBe(installed('@nestjs/core')['ModuleRef']);
    expect(Test).toBe(installed('@nestjs/testing')['Test']);
    expect(HttpService).toBe(installed('@nestjs/axios')['HttpService']);
    expect(validateSync).toBe(installed('class-validator')['validateSync']);
    expect(Observable).toBe(installed('rxjs')['Observable']);
  });

  it('are what the package is made of', async () => {
    const sandbox = await CryptofuseSandbox.start();
    const module = await Test.createTestingModule({
      imports: [CryptofuseModule.forRoot(sandbox.moduleOptions)],
    }).compile();
    const error = await rejectionOf(module.get(CryptofuseService).get('/nowhere/'));
    const http = module.get(CryptofuseHttpService);
    await module.close();
    await sandbox.stop();

    expect(error).toBeInstanceOf(CryptofuseRequestException);
    expect(error).toBeInstanceOf(installed('@nestjs/common')['HttpException']);
    expect(http).toBeInstanceOf(installed('@nestjs/axios')['HttpService']);
    expect(http.get('/user/me/')).toBeInstanceOf(installed('rxjs')['Observable']);
    expect(module.get(ModuleRef)).toBeInstanceOf(installed('@nestjs/core')['ModuleRef']);
  });
});
