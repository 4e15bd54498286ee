import { createHash } from 'node:crypto';
import type { Offer } from '../../core/model/flavours.ts';
import type { Instance } from '../../core/model/instance.ts';
import type { LaunchOutcome, LaunchRequest, RefusedOrder } from '../../core/model/launch.ts';
import { known, unknown } from '../../core/model/snapshot.ts';
import type { PlannedWake, WakeReply } from '../../core/model/wake.ts';
import type { Cloud, Consoles } from '../../core/ports.ts';

export interface Ec2 {
  readonly cloud: Cloud;
  readonly consoles: Consoles;
  /** What machines have said, by instance id. */
  readonly said: Map<string, string>;
  /** Tokens that were asked for, each time. */
  readonly asked: string[];
  readonly instances: Map<string, Instance>;
  /** Those whose power-off is a stop. */
  readonly mayStop: ReadonlySet<string>;
  /** A machine powers itself off: it is stopped at once, or over. */
  powerOff(instanceId: string): void;
  /** What goes wrong from now on, instead of an answer. Where `carriesOut`, EC2 does what is asked and the reply is lost. */
  carriesOut: boolean;
  fault: LaunchOutcome | undefined;
  /** EC2's clock, seconds since 1970. */
  now: number;
  /** While on, no search finds anything: what was launched does not show yet. */
  hidden: boolean;
}

const idOf = (token: string, n: number): string =>
  `i-${createHash('sha256').update(`${token}/${n}`).digest('hex').slice(0, 17)}`;

/** EC2 in memory: launches from what `free` says is left of each flavour; a token that it has seen brings the same again. */
export const memoryEc2 = (
  free: Readonly<Record<string, number>> = {},
  start: readonly Instance[] = [],
): Ec2 => {
  const left = new Map(Object.entries(free));
  const instances = new Map(start.map((of) => [of.instanceId, of]));
  const answers = new Map<string, LaunchOutcome>();
  const asked: string[] = [];
  const launch = (request: LaunchRequest): LaunchOutcome => {
    const [override] = request.overrides;
    if (override === undefined) throw new Error('a launch without an override');
    const have = left.get(override.flavour) ?? Number.POSITIVE_INFINITY;
    const count = Math.min(have, request.count);
    left.set(override.flavour, have - count);
    const offers = request.overrides.map(
      ({ flavour, zone }): Offer => ({ flavour, zone, market: request.market }),
    );
    const [offer = { flavour: override.flavour, zone: override.zone, market: request.market }] = offers;
    const launched = Array.from({ length: count }, (_, n) => ({
      instanceId: idOf(request.clientToken, n),
      offer,
    }));
    for (const { instanceId } of launched) {
      const { tags } = request;
      instances.set(instanceId, { instanceId, state: 'running', launchedAt: ec2.now, offer, tags });
    }
    const refused = count < request.count ? offers : [];
    return {
      kind: 'answered',
      launched,
      refused: refused.map((of) => ({
        offer: of,
        class: 'capacity',
        code: 'InsufficientInstanceCapacity',
        why: 'none left',
      })),
    };
  };
  const mayStop = new Set<string>();
  const take = (flavour: string, count: number) =>
    left.set(flavour, (left.get(flavour) ?? Number.POSITIVE_INFINITY) - count);
  const refusal = (
    instanceId: string,
    type: RefusedOrder['class'],
    code: string,
    words: string,
  ): RefusedOrder => ({ instanceId, class: type, code, why: `${code}: ${words}` });
  /** Changes and starts one instance as EC2 does, or says why not. A type that was changed stays so. */
  const startOne = ({ instanceId, isResized, offer, tags = {} }: PlannedWake): RefusedOrder | undefined => {
    const there = instances.get(instanceId);
    if (there === undefined)
      return refusal(instanceId, 'state', 'InvalidInstanceID.NotFound', `'${instanceId}' does not exist`);
    if (there.state === 'running' && isResized === undefined) return undefined;
    if (there.state !== 'stopped')
      return refusal(instanceId, 'state', 'IncorrectInstanceState', `'${instanceId}' is ${there.state}`);
    const flavour = isResized === undefined ? there.offer.flavour : offer.flavour;
    const changed = { ...there, offer: { ...there.offer, flavour }, tags: { ...there.tags, ...tags } };
    instances.set(instanceId, changed);
    if ((left.get(flavour) ?? Number.POSITIVE_INFINITY) < 1)
      return refusal(instanceId, 'capacity', 'InsufficientInstanceCapacity', 'none left');
    take(flavour, 1);
    const { reason: _, ...alive } = changed;
    instances.set(instanceId, { ...alive, state: 'running' });
    return undefined;
  };
  const wake = (wakes: readonly PlannedWake[]): WakeReply => {
    const refused = wakes.flatMap((of) => startOne(of) ?? []);
    const not = new Set(refused.map(({ instanceId }) => instanceId));
    const taken = wakes.map(({ instanceId }) => instanceId).filter((id) => !not.has(id));
    return { taken, refused, unasked: [] };
  };
  const said = new Map<string, string>();
  /** A console is read of what has power, or of what has none any more: EC2 has nothing for whoever mistakes them. */
  const heard = (id: string, state: Instance['state']) =>
    (instances.get(id)?.state ?? 'terminated') === state ? said.get(id) : undefined;
  const ec2: Ec2 = {
    said,
    consoles: { latest: async (id) => heard(id, 'running'), kept: async (id) => heard(id, 'terminated') },
    asked,
    instances,
    mayStop,
    powerOff(instanceId) {
      const there = instances.get(instanceId);
      if (there?.state !== 'running') throw new Error(`${instanceId} has no power`);
      take(there.offer.flavour, -1);
      const code = 'Client.InstanceInitiatedShutdown';
      const reason = { code, message: `${code}: Instance initiated shutdown` };
      const state = mayStop.has(instanceId) ? 'stopped' : 'terminated';
      instances.set(instanceId, { ...there, state, reason });
    },
    carriesOut: false,
    fault: undefined,
    now: 0,
    hidden: false,
    cloud: {
      async launch(request) {
        asked.push(request.clientToken);
        if (ec2.fault !== undefined && !ec2.carriesOut) return ec2.fault;
        const answer = answers.get(request.clientToken) ?? launch(request);
        answers.set(request.clientToken, answer);
        return ec2.fault ?? answer;
      },
      async terminate(ids) {
        for (const id of ids) {
          const there = instances.get(id);
          if (there !== undefined) instances.set(id, { ...there, state: 'shutting-down' });
        }
        return { taken: ids, refused: [] };
      },
      async wake(wakes, hasTime) {
        const ids = wakes.map(({ instanceId }) => instanceId);
        const nobody = { taken: [], refused: [] };
        if (!hasTime()) return { ...nobody, unasked: ids };
        if (ec2.fault === undefined) return wake(wakes);
        const unanswered = 'TimeoutError: no answer';
        if (ec2.fault.kind === 'unheard' || ec2.fault.kind === 'throttled') {
          const { kind, code, why } = ec2.fault;
          return { ...nobody, unasked: ids, [kind]: { code, why } };
        }
        if (ec2.carriesOut) wake(wakes);
        return { ...nobody, unasked: [], unanswered };
      },
      async letStop(ids, hasTime) {
        const nobody = { taken: [], refused: [] };
        if (!hasTime() || ec2.fault?.kind === 'throttled') return nobody;
        if (ec2.fault !== undefined && !ec2.carriesOut) return { ...nobody, unanswered: 'TimeoutError' };
        const known = ids.filter((id) => instances.has(id));
        const isSpot = (id: string) => instances.get(id)?.offer.market === 'spot';
        const taken = known.filter((id) => !isSpot(id));
        for (const id of taken) mayStop.add(id);
        if (ec2.fault !== undefined) return { ...nobody, unanswered: 'TimeoutError' };
        const code = 'UnsupportedOperation';
        const refused = known.filter(isSpot).map((instanceId) => ({
          ...{ instanceId, class: 'configuration' as const, code },
          why: `${code}: a spot instance cannot be stopped`,
        }));
        return { taken, refused };
      },
      describe: async (ids, now) =>
        ec2.fault === undefined
          ? known(
              ids.flatMap((id) => instances.get(id) ?? []),
              now,
            )
          : unknown('throttled'),
      list: async (tags, now) =>
        ec2.fault?.kind === 'throttled'
          ? unknown('throttled')
          : known(
              [...instances.values()].filter(
                (of) => !ec2.hidden && Object.entries(tags).every(([tag, value]) => of.tags[tag] === value),
              ),
              now,
            ),
    },
  };
  return ec2;
};
