import { pathToFileURL } from 'node:url';

/**
 * A function in a process of its own: loads a bundle and invokes it as Lambda would, a number of times. Sends the CPU of
 * every invocation (user and system, collectors of garbage included), and what the process has held at most.
 */
const [file = '', rounds = '1', from = '0'] = process.argv.slice(2);
const MOST_SECONDS = 600;
const MOST_TOLD = 500;

const { handler } = await import(pathToFileURL(file).href);

const invoke = async (round: number): Promise<number> => {
  const began = Date.now();
  const context = {
    ...{ awsRequestId: String(round), functionName: 'bench', functionVersion: '$LATEST' },
    ...{ invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:bench', memoryLimitInMB: '512' },
    getRemainingTimeInMillis: () => MOST_SECONDS * 1_000 - (Date.now() - began),
  };
  const time = new Date((Number(from) + round) * 1_000).toISOString();
  const before = process.cpuUsage();
  const answer: unknown = await handler({ time }, context);
  const { user, system } = process.cpuUsage(before);
  // A tick that holds costs nearly nothing: it is none that is to be measured.
  const told = JSON.stringify(answer);
  if (told.includes('"kind":"hold"')) throw new Error(`the tick holds: ${told.slice(0, MOST_TOLD)}`);
  return (user + system) / 1_000;
};

const cpuMs: number[] = [];
for (let round = 0; round < Number(rounds); round += 1) cpuMs.push(await invoke(round));
process.send?.({ cpuMs, peakMb: process.resourceUsage().maxRSS / 1_024 }, () => process.exit(0));
