// Prints how long the import of the first argument takes, in ms, once the further arguments are loaded.
import 'reflect-metadata';
import '@nestjs/axios';
import '@nestjs/common';
import '@nestjs/core';
import '@nestjs/platform-express';
import { performance } from 'node:perf_hooks';

const [specifier, ...before] = process.argv.slice(2);
for (const one of before) await import(one);
const started = performance.now();
await import(specifier);
console.log(performance.now() - started);
