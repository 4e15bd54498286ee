import type { EndReason } from '../model/instance.ts';
import type { EndedBoot } from '../model/worker.ts';

/** The reason as EC2 words it; its message mostly begins with the code. */
export const reasonInWords = ({ code, message }: EndReason): string =>
  message === '' || message.startsWith(code) ? message || code : `${code}: ${message}`;

/** The ended boots of one queue in words: each reason once, with the worker where it is one. */
export const endedBootsInWords = (ended: readonly EndedBoot[], queue: string): readonly string[] => {
  const own = ended.filter(({ worker }) => worker.queue === queue);
  const alike = Map.groupBy(own, ({ reason }) => reasonInWords(reason));
  return [...alike].map(([reason, all]) =>
    all.length === 1
      ? `${all[0]?.worker.instanceId} ended before it joined: ${reason}`
      : `${all.length} workers ended before they joined: ${reason}`,
  );
};
