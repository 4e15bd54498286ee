import type { z } from 'zod';
import { refusal } from '../core/model/pool.ts';
import { excerpt } from './excerpt.ts';
import type { HttpOutcome } from './http.ts';
import { jsonOf } from './json.ts';

/** What every error of the endpoint's client is. */
export class EndpointError extends Error {
  override readonly name: string = 'EndpointError';
}

/** Thrown when the endpoint has understood and refused (4xx): the same request is refused again. Carries its sentence. */
export class EndpointRefusal extends EndpointError {
  override readonly name = 'EndpointRefusal';
}

/** Thrown when no usable answer came (no connection, time-out, 5xx): whether the request was carried out is not known. */
export class EndpointOutage extends EndpointError {
  override readonly name = 'EndpointOutage';
}

/** The endpoint's answer in the form that the schema says; throws EndpointRefusal or EndpointOutage. */
export const answerOf = <T>(outcome: HttpOutcome, schema: z.ZodType<T>): T => {
  if (outcome.kind === 'failed') throw new EndpointOutage(`the endpoint ${outcome.why}`);
  const { status, text } = outcome;
  const json = jsonOf(text);
  if (status >= 400 && status < 500) {
    const said = refusal.safeParse(json);
    const why = said.success ? said.data.error : excerpt(text);
    throw new EndpointRefusal(`the endpoint refused (${status}): ${why}`);
  }
  if (status !== 200) throw new EndpointOutage(`the endpoint answered ${status}: ${excerpt(text)}`);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? 'its answer' : issue.path.join('.');
  throw new EndpointOutage(`the endpoint answered what is not expected: ${where}: ${issue?.message}`);
};
