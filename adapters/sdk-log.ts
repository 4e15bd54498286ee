/** What of a client of the SDK is needed here. */
interface Client {
  readonly middlewareStack: { remove(name: string): boolean };
}

/**
 * Takes the SDK's log of calls away from a client. It copies and filters every answer before it asks whether anybody
 * wants it: an eighth of the CPU of a tick over 10,000 workers.
 */
export const withoutLog = <Of extends Client>(client: Of): Of => {
  client.middlewareStack.remove('loggerMiddleware');
  return client;
};
