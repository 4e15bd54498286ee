import type { Market, Offer } from '../../../core/model/flavours.ts';
import type { TwinInstance } from './instance.ts';
import { Ec2Refusal, namelessWords, rightsWords, statusOf, wordsOf } from './refusal.ts';

/** The calls that can be refused whatever they ask for. */
export const REFUSABLE = [
  'CreateFleet',
  'DescribeInstances',
  'TerminateInstances',
  'StartInstances',
  'ModifyInstanceAttribute',
  'CreateTags',
] as const;
type Refusable = (typeof REFUSABLE)[number];

/** Those that are about instances, each by its id. */
type OfInstances = Exclude<Refusable, 'CreateFleet' | 'DescribeInstances'>;

/** Every call of a kind is refused, because of who calls or how often. */
interface CallRefusal {
  readonly call: Refusable | 'every';
  readonly code: string;
}

/** A fleet is refused as a whole, because of one of its offers; a field left out means any. */
interface FleetRefusal {
  readonly flavour?: string;
  readonly zone?: string;
  readonly market?: Market;
  readonly code: string;
  /** Whether EC2 says which type or zone it is. */
  readonly names: boolean;
}

/** A termination is refused as a whole, because of one of its instances. */
export interface EndRefusal {
  readonly code: 'UnauthorizedOperation' | 'OperationNotPermitted';
  readonly names: boolean;
  readonly isHit: (instance: TwinInstance) => boolean;
}

/** What EC2 refuses though it is well formed, and for how long. */
export interface Refusing {
  refuseCalls(refusal: CallRefusal): () => void;
  refuseFleets(refusal: FleetRefusal): () => void;
  refuseEnds(refusal: EndRefusal): () => void;
  checkCall(call: Refusable): void;
  checkFleet(offers: readonly Offer[]): void;
  /** Rights, which are looked at before it is known what is there. `instance`: undefined, if EC2 does not show it. */
  checkRights(
    call: OfInstances,
    asked: readonly { readonly instanceId: string; readonly instance: TwinInstance | undefined }[],
  ): void;
}

/** Keeps something in a set until it is lifted. */
const kept = <T extends object>(all: Set<T>, one: T): (() => void) => {
  const own = { ...one };
  all.add(own);
  return () => {
    all.delete(own);
  };
};

const meets = ({ flavour, zone, market }: FleetRefusal, offer: Offer): boolean =>
  (flavour === undefined || flavour === offer.flavour) &&
  (zone === undefined || zone === offer.zone) &&
  (market === undefined || market === offer.market);

/**
 * Refusals of one account. `ownTag`: the caller may end, start and change only what carries this tag; EC2 then refuses what
 * has no tags any more, because it is gone, in the same words as what lacks this one.
 */
export const refusing = (arnOf: (instanceId: string) => string, ownTag: string | undefined): Refusing => {
  const calls = new Set<CallRefusal>();
  const fleets = new Set<FleetRefusal>();
  const ends = new Set<EndRefusal>();
  return {
    refuseCalls: (refusal) => kept(calls, refusal),
    refuseFleets: (refusal) => kept(fleets, refusal),
    refuseEnds: (refusal) => kept(ends, refusal),
    checkCall(call) {
      for (const { call: of, code } of calls) {
        if (of === call || of === 'every') throw new Ec2Refusal(code, namelessWords(code), statusOf(code));
      }
    },
    checkFleet(offers) {
      for (const refusal of fleets) {
        const { code, names } = refusal;
        const culprit = offers.find((offer) => meets(refusal, offer));
        if (culprit === undefined) continue;
        throw new Ec2Refusal(code, names ? wordsOf(code, culprit) : namelessWords(code), statusOf(code));
      }
    },
    checkRights(call, asked) {
      for (const { instanceId, instance } of asked) {
        const lacksTag = ownTag !== undefined && instance?.tags[ownTag] === undefined;
        const hit =
          call === 'TerminateInstances' && instance && [...ends].find(({ isHit }) => isHit(instance));
        const refusal = hit || (lacksTag ? { code: 'UnauthorizedOperation', names: true } : undefined);
        if (refusal === undefined) continue;
        const { code, names } = refusal;
        throw new Ec2Refusal(
          code,
          rightsWords(code, { call, arn: arnOf(instanceId), names }),
          statusOf(code),
        );
      }
    },
  };
};
