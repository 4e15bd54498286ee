import { describe, expect, it } from 'vitest';
import {
  isCanaryRefused,
  isOpen,
  isThrottled,
  mayBeTemplates,
  provesNothing,
} from '../../../core/learn/launch-outcome.ts';
import { type LaunchOutcome, REFUSAL_CLASSES, type RefusalClass } from '../../../core/model/launch.ts';

const offer = { flavour: 'm6i.large', zone: 'us-east-1a', market: 'on-demand' } as const;
const said = { code: 'Code', why: 'Code: words' };
const answered = (launched: number, ...refused: readonly RefusalClass[]): LaunchOutcome => ({
  kind: 'answered',
  launched: Array.from({ length: launched }, (_, n) => ({ instanceId: `i-${n}`, offer })),
  refused: refused.map((kind) => ({ offer, class: kind, ...said })),
});

const OUTCOMES: Readonly<Record<string, LaunchOutcome>> = {
  whole: answered(2),
  empty: answered(0),
  partial: answered(1, 'capacity'),
  'short of capacity': answered(0, 'capacity'),
  'throttled in all offers': answered(0, 'throttled', 'throttled'),
  'not accepted in all offers': answered(0, 'caller', 'caller'),
  'throttled in one offer': answered(0, 'throttled', 'capacity'),
  'throttled in part': answered(1, 'throttled'),
  'refused for its template': answered(0, 'configuration', 'unsupported'),
  'refused for its template in part': answered(1, 'configuration'),
  'refused for its template and for want': answered(0, 'configuration', 'capacity'),
  'refused as a whole': { kind: 'answered', launched: [], refused: [], noFleet: true },
  throttled: { kind: 'throttled', ...said },
  unclear: { kind: 'unclear', why: 'no reply' },
  unheard: { kind: 'unheard', ...said },
  mismatched: { kind: 'mismatched', ...said },
  spent: { kind: 'spent', ...said },
  rejected: { kind: 'rejected', class: 'configuration', ...said },
};

const namesOf = (holds: (outcome: LaunchOutcome) => boolean): readonly string[] =>
  Object.entries(OUTCOMES).flatMap(([name, outcome]) => (holds(outcome) ? [name] : []));

describe('the outcome of a launch', () => {
  it('is open if nobody knows what the call has brought forth', () => {
    expect(namesOf(isOpen)).toEqual(['unclear', 'unheard']);
  });

  it('is throttled if EC2 wants fewer launches, also if it says so inside an answer', () => {
    expect(namesOf(isThrottled)).toEqual([
      'throttled in all offers',
      'throttled in one offer',
      'throttled in part',
      'throttled',
    ]);
  });

  it('says nothing of an earlier call with its token if EC2 made no fleet, or one in which all was throttled', () => {
    expect(namesOf(provesNothing)).toEqual([
      'throttled in all offers',
      'not accepted in all offers',
      'refused as a whole',
      'throttled',
      'rejected',
    ]);
  });

  it('refuses a canary if nothing was launched and all refusals may be for its template', () => {
    expect(namesOf((outcome) => isCanaryRefused({ isCanary: true }, outcome))).toEqual([
      'refused for its template',
      'rejected',
    ]);
    expect(namesOf((outcome) => isCanaryRefused({}, outcome))).toEqual([]);
  });

  it('may be the template’s fault in two classes', () => {
    expect(REFUSAL_CLASSES.filter(mayBeTemplates)).toEqual(['unsupported', 'configuration']);
  });
});
