import * as z from 'zod';
import { fleetsPath, queuesPath } from '../../core/model/names.ts';
import type { Owner } from '../../core/settings/settings-record.ts';
import { json } from '../run/json.ts';

/** What a Parameter Store event says that matters here. The new value is not in it. */
export interface ParameterEvent {
  readonly owner: Owner;
  /** Seconds since 1970. */
  readonly at: number;
}

const envelope = z.object({
  source: z.literal('aws.ssm'),
  'detail-type': z.literal('Parameter Store Change'),
  time: z.iso.datetime(),
  detail: z.object({ name: z.string() }),
});

/** Whose setting a parameter of a stage is; undefined: nobody's. */
const ownerIn = (parameter: string, stage: string): Owner | undefined => {
  const paths = [['queue', queuesPath(stage)] as const, ['fleet', fleetsPath(stage)] as const];
  for (const [of, path] of paths) {
    if (!parameter.startsWith(`${path}/`)) continue;
    const [name = ''] = parameter.slice(path.length + 1).split('/');
    return name === '' ? undefined : { of, name };
  }
  return undefined;
};

/** Reads an event as EventBridge sends it; undefined if it is none about a setting of this stage's queues or fleets. */
export const parseParameterEvent = (body: string, stage: string): ParameterEvent | undefined => {
  const parsed = json.pipe(envelope).safeParse(body);
  if (!parsed.success) return undefined;
  const { detail, time } = parsed.data;
  const owner = ownerIn(detail.name, stage);
  return owner === undefined ? undefined : { owner, at: Math.floor(Date.parse(time) / 1000) };
};
