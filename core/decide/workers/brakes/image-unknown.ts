import type { Reason } from '../../../model/reason.ts';
import { type Brake, startedBy, withStarted } from './brake.ts';

/**
 * Brakes a tick that does not know the newest image: those that launch say from what instead, and none launches if no
 * image is known to join. The image of a template may be long out of use.
 */
export const imageUnknown: Brake = (decisions, { launchingOf }) =>
  decisions.map((decision) => {
    if (decision.kind !== 'act' || decision.launches.length === 0) return decision;
    const { stage, withLastImage: instead } = launchingOf(decision.fleet);
    const words = stage.imageUnknown;
    if (words === undefined) return decision;
    const why: Reason = { kind: 'image-unknown', ...(instead === undefined ? {} : { instead }), words };
    const told = { ...decision, why: [...decision.why, why] };
    return instead === undefined ? withStarted(told, { ...startedBy(told), launches: [] }) : told;
  });
