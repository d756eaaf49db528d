import { Module } from '@nestjs/common';
import { UpstreamModule } from '../upstream/upstream.module.js';
import { StatusController } from './status.controller.js';

@Module({ imports: [UpstreamModule], controllers: [StatusController] })
export class StatusModule {}
