import * as z from 'zod';
import type { Consoles } from '../../../core/ports.ts';
import { consoleText } from '../console-text.ts';
import { serverPath } from './ids.ts';
import type { Nova } from './nova.ts';

/** The end of a console is what tells; Nova counts in lines. */
const KEPT_LINES = 100;

/** Nobody waits for a console: one that is slow must not take the time in which its machine is to be ended. */
const CONSOLE_SECONDS = 2;

const consoleOutput = z.object({ output: z.string() });

/** What a server's console has said. Nova has one log for each, for as long as the server is there, switched off or not. */
export const novaConsoles = (nova: Nova): Consoles => {
  const read = async (instanceId: string): Promise<string | undefined> => {
    const answer = await nova.ask({
      method: 'POST',
      path: `${serverPath(instanceId)}/action`,
      body: { 'os-getConsoleOutput': { length: KEPT_LINES } },
      timeoutSeconds: CONSOLE_SECONDS,
    });
    const output = answer.kind === 'done' ? consoleOutput.safeParse(answer.body).data?.output : undefined;
    return output === undefined ? undefined : consoleText(output);
  };
  return { latest: read, kept: read };
};
