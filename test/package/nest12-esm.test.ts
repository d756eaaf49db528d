import { describeConsumer } from './consumer.contract.js';

describeConsumer('a Nest 12 application in ES modules', {
  type: 'module',
  lockFile: 'package-lock.json',
  majors: {
    '@nestjs/common': '12',
    '@nestjs/core': '12',
    '@nestjs/axios': '12',
    'class-validator': '0.15',
  },
  compilers: [
    ['nodenext', { module: 'nodenext' }],
    ['bundler', { module: 'esnext', moduleResolution: 'bundler' }],
  ],
  runs: [['ES modules', []]],
});
