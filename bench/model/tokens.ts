/** EC2's bucket for instances: 1,000 at first, 2 a second. Source: EC2 API throttling, RunInstances resource tokens. */
const MOST_TOKENS = 1000;
const TOKENS_PER_SECOND = 2;

/** Gives as many of the wanted instances as there are tokens for. */
export const launchTokens = (limited: boolean): ((now: number, wanted: number) => number) => {
  let tokens = MOST_TOKENS;
  let at = 0;
  return (now, wanted) => {
    if (!limited) return wanted;
    tokens = Math.min(MOST_TOKENS, tokens + TOKENS_PER_SECOND * (now - at));
    at = now;
    const given = Math.min(wanted, Math.floor(tokens));
    tokens -= given;
    return given;
  };
};
