import { cloudIn, EC2, isOfEc2 } from '../../core/model/clouds.ts';
import type { Instance } from '../../core/model/instance.ts';
import type { EndReply, LaunchOutcome, LetStopReply, RefusedEnd } from '../../core/model/launch.ts';
import { known, type Snapshot, unknown } from '../../core/model/snapshot.ts';
import type { WakeReply } from '../../core/model/wake.ts';
import type { Cloud, Consoles } from '../../core/ports.ts';

/** A cloud beside EC2, and what it is called. */
export interface NamedCloud {
  readonly name: string;
  readonly cloud: Cloud;
  readonly consoles: Consoles;
}

type Answer = Snapshot<readonly Instance[]>;

/** What a cloud beside EC2 refuses to show is a doubt about that cloud alone, and stops no tick. */
const looked = async (look: () => Promise<Answer>): Promise<Answer> => {
  try {
    return await look();
  } catch (error) {
    return unknown(error instanceof Error ? error.message : String(error));
  }
};

/** An order to two clouds came to what it came to on each. */
const bothEnds = <Refused extends RefusedEnd>(
  all: readonly (EndReply & { readonly refused: readonly Refused[] })[],
) => {
  const unanswered = all.find((of) => of.unanswered !== undefined)?.unanswered;
  const unheard = all.find((of) => of.unheard !== undefined)?.unheard;
  return {
    taken: all.flatMap(({ taken }) => taken),
    refused: all.flatMap(({ refused }) => refused),
    ...(unanswered === undefined ? {} : { unanswered }),
    ...(unheard === undefined ? {} : { unheard }),
  };
};

/** What the other cloud did not answer is told with its name: orders to both are told as one. */
const named = <R extends { readonly unanswered?: string }>(reply: R, name: string): R =>
  reply.unanswered === undefined ? reply : { ...reply, unanswered: `${name}: ${reply.unanswered}` };

/** Of an order that one cloud did not answer, all that it was given may be carried out, unless it says of which that is so. */
const withUnclear = (reply: LetStopReply, asked: readonly string[]): LetStopReply =>
  reply.unanswered === undefined || reply.unclear !== undefined ? reply : { ...reply, unclear: asked };

const bothStops = (all: readonly LetStopReply[]): LetStopReply => {
  const unclear = all.flatMap((of) => of.unclear ?? []);
  return { ...bothEnds(all), ...(unclear.length === 0 ? {} : { unclear }) };
};

const bothWakes = (all: readonly WakeReply[]): WakeReply => {
  const { unanswered, unheard } = bothEnds(all.map((of) => ({ ...of, refused: [] })));
  const throttled = all.find((of) => of.throttled !== undefined)?.throttled;
  return {
    taken: all.flatMap(({ taken }) => taken),
    refused: all.flatMap(({ refused }) => refused),
    unasked: all.flatMap(({ unasked }) => unasked),
    ...(unanswered === undefined ? {} : { unanswered }),
    ...(unheard === undefined ? {} : { unheard }),
    ...(throttled === undefined ? {} : { throttled }),
  };
};

/** A launch that was frozen for a cloud which the stage has lost since can be asked of nobody. */
const lost = (name: string): LaunchOutcome => ({
  ...{ kind: 'rejected', class: 'configuration', code: 'cloud' },
  why: `the stage has no cloud ${name} any more; add it to "clouds" again, or let its machines be ended by hand`,
});

/**
 * All clouds of a stage as one. A launch goes where its tags say: they are frozen with it, so that it is asked again where it
 * was asked first, whatever its fleet says by then. So does a list; without the tag it is EC2's. All else goes where the id of
 * a machine tells.
 */
export const routedCloud = (ec2: Cloud, other: Pick<NamedCloud, 'name' | 'cloud'> | undefined): Cloud => {
  const called = (name: string): Cloud | undefined =>
    name === EC2 ? ec2 : name === other?.name ? other.cloud : undefined;
  /** Asks each cloud about its own: what is one's without a cloud, nobody can be asked about. */
  const each = async <T, R>(
    all: readonly T[],
    idOf: (one: T) => string,
    ask: (cloud: Cloud, some: readonly T[]) => Promise<R>,
  ): Promise<readonly R[]> => {
    const groups = [...Map.groupBy(all, (one) => isOfEc2(idOf(one)))];
    return Promise.all(
      groups.flatMap(([isEc2, some]) => {
        const cloud = isEc2 ? ec2 : other?.cloud;
        return cloud === undefined ? [] : [ask(cloud, some)];
      }),
    );
  };
  const own = (instanceId: string): string => instanceId;
  const said = async <R extends { readonly unanswered?: string }>(
    cloud: Cloud,
    reply: Promise<R>,
  ): Promise<R> => (cloud === ec2 || other === undefined ? reply : named(await reply, other.name));
  return {
    async launch(request) {
      const name = cloudIn(request.tags);
      return called(name)?.launch(request) ?? lost(name);
    },
    async forgetLaunch(request) {
      await called(cloudIn(request.tags))?.forgetLaunch?.(request);
    },
    async list(tags, now) {
      const name = cloudIn(tags);
      if (name === EC2) return ec2.list(tags, now);
      const cloud = called(name);
      return cloud === undefined
        ? unknown(`the stage has no cloud ${name}`)
        : looked(() => cloud.list(tags, now));
    },
    async describe(ids, now) {
      // Of machines whose cloud the stage does not have any more nobody can say that they have ended.
      const lostOne = other === undefined ? ids.find((id) => !isOfEc2(id)) : undefined;
      if (lostOne !== undefined) return unknown(`the stage does not have the cloud of ${lostOne} any more`);
      const shown: Instance[] = [];
      const all = await each(ids, own, (cloud, some) =>
        cloud === ec2 ? ec2.describe(some, now) : looked(() => cloud.describe(some, now)),
      );
      for (const answer of all) {
        if (answer.kind === 'unknown') return answer;
        shown.push(...answer.value);
      }
      return known(shown, now);
    },
    terminate: async (ids, hasTime) =>
      bothEnds(await each(ids, own, (cloud, some) => said(cloud, cloud.terminate(some, hasTime)))),
    letStop: async (ids, hasTime) =>
      bothStops(
        await each(ids, own, async (cloud, some) =>
          withUnclear(await said(cloud, cloud.letStop(some, hasTime)), some),
        ),
      ),
    wake: async (wakes, hasTime) =>
      bothWakes(
        await each(
          wakes,
          ({ instanceId }) => instanceId,
          (cloud, some) => said(cloud, cloud.wake(some, hasTime)),
        ),
      ),
  };
};

/** The consoles of all clouds of a stage. */
export const routedConsoles = (ec2: Consoles, other: Pick<NamedCloud, 'consoles'> | undefined): Consoles => {
  const of = (instanceId: string) => (isOfEc2(instanceId) ? ec2 : other?.consoles);
  return {
    latest: async (instanceId) => of(instanceId)?.latest(instanceId),
    kept: async (instanceId) => of(instanceId)?.kept(instanceId),
  };
};
