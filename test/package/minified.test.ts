import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Consumer } from './consumer.js';

const esbuild = join(process.cwd(), 'node_modules/.bin/esbuild');
/** Optional packages of Nest, which the bundle leaves out. */
const OPTIONAL = [
  '@nestjs/microservices',
  '@nestjs/platform-express',
  '@nestjs/websockets',
  'class-transformer',
];

const NESTS = [
  ['Nest 11', 'commonjs', 'test/nest11/package-lock.json', { module: 'node16' }],
  ['Nest 12', 'module', 'package-lock.json', { module: 'nodenext' }],
] as const;

describe.each(NESTS)('a minified bundle in CommonJS, of %s', (_, type, lockFile, options) => {
  let consumer: Consumer;

  beforeAll(async () => {
    const nest = ['common', 'core', 'axios'].map((name) => `@nestjs/${name}`);
    const packages = [...nest, 'class-validator', 'axios', 'rxjs', 'reflect-metadata'];
    consumer = await Consumer.install({ type, lockFile, packages });
    expect(await consumer.compile(options)).toMatchObject({ code: 0, stdout: '' });
  });

  afterAll(() => {
    consumer.remove();
  });

  it('injects the providers requested from each client, and calls with them', async () => {
    const external = OPTIONAL.flatMap((name) => [`--external:${name}`, `--external:${name}/*`]);
    const flags = ['--bundle', '--minify', '--platform=node', '--format=cjs', ...external];
    const args = ['build/merchants.js', '--outfile=bundle.cjs', '--log-level=error', ...flags];
    const bundled = spawnSync(esbuild, args, { cwd: consumer.folder, encoding: 'utf8' });
    expect(bundled).toMatchObject({ status: 0, stderr: '' });
    const { code, stdout, stderr } = await consumer.node('bundle.cjs');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      names: ['Europe', 'America', 'America'],
      state: 'fresh',
      error: ['CryptofuseRequestException', 'http_404'],
      isMinified: true,
    });
  });
});
