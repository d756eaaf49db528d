import { Inject, Injectable } from '@nestjs/common';
import { HttpService } from '@nestjs/axios';
import { CryptofuseConfig } from './config/cryptofuse-config.js';
import { AnswerReader } from './http/axios/answer-reader.js';
import { AxiosCall } from './http/axios/axios-call.js';
import { pipelineAxios } from './http/axios/pipeline-axios.js';
import { Destination } from './http/destination.js';
import { Pipeline } from './http/pipeline.js';

/**
 * The Cryptofuse API behind the interface of `HttpService`: Observables of `AxiosResponse`, for code
 * written against it. Its axios instance is its own, never the global one; URLs are relative to `baseUrl`.
 */
@Injectable()
export class CryptofuseHttpService extends HttpService {
  constructor(
    // HttpService names its first dependency, and a subclass inherits the name.
    @Inject(CryptofuseConfig) config: CryptofuseConfig,
    destination: Destination,
    pipeline: Pipeline,
  ) {
    const reader = new AnswerReader(config.clientId);
    super(pipelineAxios(pipeline, new AxiosCall(config, destination, reader), reader));
  }
}
