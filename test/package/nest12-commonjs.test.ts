import { describeConsumer } from './consumer.contract.js';

describeConsumer('a Nest 12 application in CommonJS', {
  type: 'commonjs',
  lockFile: 'package-lock.json',
  majors: {
    '@nestjs/common': '12',
    '@nestjs/core': '12',
    '@nestjs/axios': '12',
    'class-validator': '0.15',
  },
  compilers: [['nodenext', { module: 'nodenext' }]],
  runs: [['ES modules, required', []]],
});
