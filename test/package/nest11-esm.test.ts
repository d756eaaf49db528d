import { describeConsumer } from './consumer.contract.js';

describeConsumer('a Nest 11 application in ES modules', {
  type: 'module',
  lockFile: 'test/nest11/package-lock.json',
  majors: {
    '@nestjs/common': '11',
    '@nestjs/core': '11',
    '@nestjs/axios': '4',
    'class-validator': '0.14',
  },
  compilers: [
    ['nodenext', { module: 'nodenext' }],
    ['bundler', { module: 'esnext', moduleResolution: 'bundler' }],
  ],
  runs: [['ES modules', []]],
});
