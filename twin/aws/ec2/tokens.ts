import { Ec2Refusal } from './refusal.ts';

const LONGEST_TOKEN = 64;

/**
 * Client tokens and what was answered under them. The same token with the same request gets the first answer again, for
 * as long as the twin runs; with another request it is refused. A call that was refused leaves no trace.
 */
export const clientTokens = <Request, Reply>() => {
  const answered = new Map<string, { readonly asked: string; readonly reply: Reply }>();
  return {
    /** `scope` is where the token counts: a Region, or for RunInstances a zone. */
    replay(token: string | undefined, scope: string, request: Request): Reply | undefined {
      if (token === undefined) return undefined;
      if (token.length > LONGEST_TOKEN || !/^[\x21-\x7e]+$/.test(token)) {
        throw new Ec2Refusal(
          'InvalidParameterValue',
          `A client token is 1 to ${LONGEST_TOKEN} ASCII characters long.`,
        );
      }
      const before = answered.get(`${scope}/${token}`);
      if (before === undefined) return undefined;
      if (before.asked === JSON.stringify(request)) return before.reply;
      throw new Ec2Refusal(
        'IdempotentParameterMismatch',
        `The client token '${token}' was used before with other parameters.`,
      );
    },
    keep(token: string | undefined, scope: string, request: Request, reply: Reply): void {
      if (token !== undefined) answered.set(`${scope}/${token}`, { asked: JSON.stringify(request), reply });
    },
  };
};
