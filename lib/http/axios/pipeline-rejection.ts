/**
 * Carries what the pipeline rejected with through axios, which writes into the `response` of any error
 * it sees, and Nest's exceptions have such a member.
 */
export class PipelineRejection extends Error {
  override readonly name = 'PipelineRejection';

  constructor(readonly reason: unknown) {
    super('The pipeline rejected.');
  }
}
