import { NEWS } from '../../../lib/functions.ts';
import type { Ec2Event } from './events.ts';

/** Whether one of the stack's rules lets an event through to the queue. */
export const isNews = (event: Ec2Event): boolean =>
  Object.values(NEWS).some(({ detailType, ...rest }) => {
    const states: readonly string[] | undefined = 'detail' in rest ? rest.detail.state : undefined;
    const types: readonly string[] = detailType;
    return types.includes(event['detail-type']) && (states?.includes(event.detail.state ?? '') ?? true);
  });
