import * as z from 'zod';

/** A text that holds JSON: what it says, for the schema that it is piped into. */
export const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: `"${text}" is no JSON` });
    return z.NEVER;
  }
});
