import type { Decision, Retirement } from '../model/decision.ts';

const plural = (verb: string, count: number): readonly string[] => (count > 0 ? [`${verb} ${count}`] : []);

/** What a decision comes to, in a few words: `launch 6 x m6i.large, drain 1`. */
export const inShort = (decision: Decision): string => {
  switch (decision.kind) {
    case 'submit':
    case 'remove':
      return `${decision.kind} ${decision.count}`;
    case 'act': {
      const launched = decision.launches.map(
        ({ request }) => `launch ${request.count} x ${request.overrides[0]?.flavour ?? 'nothing'}`,
      );
      const steps = (of: Retirement['step']) => decision.retirements.filter(({ step }) => step === of).length;
      const kinds = (['undrain', 'drain', 'terminate'] as const).flatMap((step) => plural(step, steps(step)));
      const sleep = [
        ...plural('wake', decision.wakes?.length ?? 0),
        ...plural('let sleep', decision.mayStop?.length ?? 0),
      ];
      return [...sleep, ...launched, ...kinds].join(', ');
    }
    case 'rest':
    case 'hold':
      return decision.kind;
    default:
      return decision satisfies never;
  }
};
