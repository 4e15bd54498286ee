import { isoSeconds } from './events.ts';
import { isSpot, type Life, stateReasonOf, type TwinInstance } from './instance.ts';
import type { Xml } from './xml.ts';

const STATE_CODES: Readonly<Record<Life['kind'], number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
};

export const stateXml = (kind: Life['kind']): Xml => ({ code: STATE_CODES[kind], name: kind });

const instanceXml = (instance: TwinInstance): Xml => {
  const { life, offer, tags } = instance;
  const reason = stateReasonOf(instance);
  return {
    instanceId: instance.instanceId,
    imageId: instance.imageId,
    instanceState: stateXml(life.kind),
    clientToken: instance.clientToken,
    instanceType: offer.flavour,
    launchTime: isoSeconds(instance.launchedAt).replace('Z', '.000Z'),
    placement: { availabilityZone: offer.zone, tenancy: 'default' },
    ...(isSpot(instance) ? { instanceLifecycle: 'spot' } : {}),
    ...(life.kind === 'terminated' ? {} : { subnetId: instance.subnetId }),
    reason: reason?.transition ?? '',
    ...(reason === undefined ? {} : { stateReason: { code: reason.code, message: reason.message } }),
    architecture: 'x86_64',
    tagSet: Object.entries(tags).map(([key, value]) => ({ key, value })),
  };
};

/** Instances as EC2 writes them: one reservation for each launch in one place. */
export const reservationsXml = (instances: readonly TwinInstance[], ownerId: string): readonly Xml[] => {
  const byReservation = new Map<string, Xml[]>();
  for (const instance of instances) {
    const listed = byReservation.get(instance.reservationId);
    if (listed === undefined) byReservation.set(instance.reservationId, [instanceXml(instance)]);
    else listed.push(instanceXml(instance));
  }
  return [...byReservation].map(([reservationId, instancesSet]) => ({
    reservationId,
    ownerId,
    instancesSet,
  }));
};
