import { Injectable, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { CryptofuseConfig } from '../config/cryptofuse-config.js';
import type { CryptofuseInterceptor } from './cryptofuse-interceptor.js';

/** The application's own interceptors: instances as they were stated, classes made by Nest's injector. */
@Injectable()
export class ApplicationInterceptors {
  constructor(
    private readonly config: CryptofuseConfig,
    private readonly injector: ModuleRef,
  ) {}

  /** Returns them in their order. */
  make(): Promise<CryptofuseInterceptor[]> {
    return Promise.all(this.config.interceptors.map((stated) => this.#make(stated)));
  }

  async #make(stated: object): Promise<CryptofuseInterceptor> {
    if (typeof stated !== 'function') return stated as CryptofuseInterceptor;
    return this.injector.create<CryptofuseInterceptor>(stated as Type<CryptofuseInterceptor>);
  }
}
