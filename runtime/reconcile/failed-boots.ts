import type { Ledger } from '../../core/ledger.ts';
import type { EndReason } from '../../core/model/instance.ts';
import type { EndedBoot, WorkerRecord } from '../../core/model/worker.ts';
import type { Cloud, Consoles } from '../../core/ports.ts';
import { forEach } from '../run/parallel.ts';
import { describeEach } from './describe-each.ts';

/** Consoles that are kept in one tick: machines that fail together say the same. */
const MOST_CONSOLES = 5;

/** What is known of boots that failed, by instance: what the machine said, and why EC2 says that it has ended. */
export interface LastWords {
  readonly said: ReadonlyMap<string, string>;
  readonly reasons: ReadonlyMap<string, EndReason>;
}

export const NOT_HEARD: LastWords = { said: new Map(), reasons: new Map() };

const consolesOf = async (
  workers: readonly WorkerRecord[],
  read: (instanceId: string) => Promise<string | undefined>,
): Promise<LastWords['said']> => {
  const said = await forEach(workers.slice(0, MOST_CONSOLES), async ({ instanceId }) => {
    const text = await read(instanceId);
    return text === undefined ? [] : [[instanceId, text] as const];
  });
  return new Map(said.flat());
};

/** Hears machines that are about to be ended: once they are, EC2 has only what it posted when they started. */
export const hearBeforeEnd = async (
  workers: readonly WorkerRecord[],
  consoles: Consoles,
): Promise<LastWords> => ({
  ...NOT_HEARD,
  said: await consolesOf(workers, (id) => consoles.latest(id)),
});

/** Hears machines that have ended by themselves, and asks EC2 why they did. */
export const hearEnded = async (
  workers: readonly WorkerRecord[],
  { cloud, consoles }: { readonly cloud: Pick<Cloud, 'describe'>; readonly consoles: Consoles },
  now: number,
): Promise<LastWords> => {
  const each = await describeEach(
    cloud,
    workers.map(({ instanceId }) => instanceId),
    now,
  );
  const described = each.flatMap(({ shown }) => shown);
  return {
    said: await consolesOf(workers, (id) => consoles.kept(id)),
    reasons: new Map(
      described.flatMap(({ instanceId, reason }) =>
        reason === undefined ? [] : [[instanceId, reason] as const],
      ),
    ),
  };
};

/** Keeps what is known of boots that failed, for the operator. */
export const keepLastWords = async (
  workers: readonly WorkerRecord[],
  { said, reasons }: LastWords,
  ends: Ledger['ends'],
  now: number,
): Promise<void> => {
  await forEach(workers, async (worker) => {
    const [text, reason] = [said.get(worker.instanceId), reasons.get(worker.instanceId)];
    if (text === undefined && reason === undefined) return;
    await ends.keepConsole({
      worker,
      at: now,
      ...(text === undefined ? {} : { text }),
      ...(reason === undefined ? {} : { reason }),
    });
  });
};

/** The boots of which EC2 has said why they ended. */
export const endedBoots = (workers: readonly WorkerRecord[], { reasons }: LastWords): readonly EndedBoot[] =>
  workers.flatMap((worker) => {
    const reason = reasons.get(worker.instanceId);
    return reason === undefined ? [] : [{ worker, reason }];
  });
