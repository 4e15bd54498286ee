import * as z from 'zod';
import { queuesPath } from '../core/model/names.ts';

/** What a Parameter Store event says that matters here. The new value is not in it. */
export interface ParameterEvent {
  readonly queue: string;
  /** Seconds since 1970. */
  readonly at: number;
}

const envelope = z.object({
  source: z.literal('aws.ssm'),
  'detail-type': z.literal('Parameter Store Change'),
  time: z.iso.datetime(),
  detail: z.object({ name: z.string() }),
});

const jsonOf = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

/** Reads an event as EventBridge sends it; undefined if it is none about a setting of this stage's queues. */
export const parseParameterEvent = (body: string, stage: string): ParameterEvent | undefined => {
  const parsed = envelope.safeParse(jsonOf(body));
  if (!parsed.success) return undefined;
  const { detail, time } = parsed.data;
  const path = `${queuesPath(stage)}/`;
  const [queue = ''] = detail.name.startsWith(path) ? detail.name.slice(path.length).split('/') : [];
  return queue === '' ? undefined : { queue, at: Math.floor(Date.parse(time) / 1000) };
};
