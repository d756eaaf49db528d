import { describeConsumer } from './consumer.contract.js';

describeConsumer('a Nest 11 application in CommonJS', {
  type: 'commonjs',
  lockFile: 'test/nest11/package-lock.json',
  majors: {
    '@nestjs/common': '11',
    '@nestjs/core': '11',
    '@nestjs/axios': '4',
    'class-validator': '0.14',
  },
  compilers: [
    ['node16', { module: 'node16' }],
    ['nodenext', { module: 'nodenext' }],
    ['node10', { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0' }],
    ['bundler', { module: 'commonjs', moduleResolution: 'bundler' }],
  ],
  runs: [
    ['ES modules, required', []],
    ['CommonJS', ['--no-experimental-require-module']],
  ],
});
