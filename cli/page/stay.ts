import { interruption } from '../command/interruption.ts';
import { UsageError } from '../command/usage.ts';
import { answered } from '../command/verb.ts';
import { type Access, stageClients } from '../stage/clients.ts';
import { openSight } from '../stage/sight.ts';
import { type Page, servePage } from './server.ts';
import { stageSource } from './stage-source.ts';

export interface StayOptions {
  readonly stage: string;
  readonly access: Access;
  readonly everySeconds: number;
  readonly port: number;
  /** Says where the page is. */
  readonly say: (line: string) => void;
}

const served = async (
  { stage, everySeconds, port }: StayOptions,
  open: () => ReturnType<typeof openSight>,
) => {
  try {
    return await servePage({ source: stageSource(stage, open), everySeconds, port, isPrivate: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};

/** Serves the page of a stage until Ctrl-C. Answers the exit code. Throws UsageError where the stage cannot be looked at. */
export const stayWithPage = async (options: StayOptions): Promise<number> => {
  const { stage, access, say } = options;
  const { signal, done } = interruption();
  const clients = stageClients(access);
  const open = () => openSight(stage, access, clients);
  await answered(open());
  const page: Page = await served(options, open);
  say(`stage ${stage} is at ${page.url}`);
  say('Only you can open it, on this machine; Ctrl-C ends it.');
  done();
  if (!signal.aborted) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }
  await page.close();
  return 0;
};
