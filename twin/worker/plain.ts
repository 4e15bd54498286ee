import type { Clock } from '../clock/clock.ts';
import type { PlainJob } from '../pool/model.ts';

interface PlainOptions {
  readonly clock: Clock;
  readonly onPayload: (instanceId: string) => void;
}

/** A plain HTCondor job: it runs its seconds and ends. If its machine is lost, it begins anew elsewhere. */
export const simulatedPlainJob =
  ({ clock, onPayload }: PlainOptions) =>
  ({ life, runSeconds }: PlainJob, end: () => void): { stop(): void } => {
    if (life.kind === 'running') onPayload(life.instanceId);
    return { stop: clock.at(clock.now + runSeconds, end) };
  };
