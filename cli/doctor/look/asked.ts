/** What came of asking AWS: its answer, or its code with a sentence. */
export type Asked<T> = { readonly ok: true; readonly value: T } | Refused;

/** `hasLooked`: AWS has looked at the call and says no; else nobody knows. */
interface Refused {
  readonly ok: false;
  readonly code: string;
  readonly why: string;
  /** AWS's own words. */
  readonly said: string;
  readonly hasLooked: boolean;
}

const DENIED = /^(AccessDenied|UnauthorizedOperation|AuthorizationError|NotAuthorized|UnauthorizedAccess)/;
/** Says whether a code means that the caller has no right to the call. */
export const isDenial = (code: string): boolean => DENIED.test(code);

/** The SDK found none, or AWS did not take what it found. */
const NO_CREDENTIALS = /^(CredentialsProviderError|TokenProviderError)$/;
const BAD_CREDENTIALS =
  /^(ExpiredToken(Exception)?|InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|InvalidSignatureException|AuthFailure)$/;
const LONGEST = 240;

const inShort = (text: string): string => {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`;
};

/** Errors of a connection have their code in `code`, AWS's own in `name`; some of a connection wrap others. */
const codeOf = (error: Error): string => {
  if ('code' in error && typeof error.code === 'string') return error.code;
  if ('Code' in error && typeof error.Code === 'string') return error.Code;
  return error.name;
};

const messageOf = (error: Error): string => {
  if (error.message !== '') return error.message;
  return error instanceof AggregateError ? String(error.errors[0]?.message ?? error.name) : error.name;
};

/** What the SDK says of an answer that is none of the service's. */
const UNREADABLE = /Deserialization error/;
const NO_REGION = /^Region is missing/;
/** The code of an answer that could not be asked for. */
export const NO_REGION_KNOWN = 'NoRegion';

const statusOf = (error: Error): number => {
  if (!('$metadata' in error)) return 0;
  const { $metadata: of } = error;
  const status = typeof of === 'object' && of !== null && 'httpStatusCode' in of ? of.httpStatusCode : 0;
  return typeof status === 'number' ? status : 0;
};

/** Makes a value of what an AWS client threw. `what` is the call, in IAM's words: `ec2:DescribeImages`. */
const refusedBy = (what: string, error: unknown): Refused => {
  const thrown = error instanceof Error ? error : new Error(String(error));
  const code = codeOf(thrown);
  const said = inShort(messageOf(thrown));
  const status = statusOf(thrown);
  const refused = {
    ok: false,
    code,
    said: `${code}: ${said}`,
    hasLooked: status >= 400 && status < 500,
  } as const;
  if (NO_REGION.test(said)) {
    return {
      ...refused,
      code: NO_REGION_KNOWN,
      why: 'no region is known: write "region" into the stage, or set AWS_REGION',
    };
  }
  if (isDenial(code)) {
    return { ...refused, why: `you may not ask for it: ${what} was denied (${said})` };
  }
  if (NO_CREDENTIALS.test(code)) return { ...refused, why: `you are not signed in (${said})` };
  if (BAD_CREDENTIALS.test(code)) return { ...refused, why: `AWS does not take your credentials (${said})` };
  if (UNREADABLE.test(said)) {
    return { ...refused, why: `${what} was answered with something that is none of AWS's answers` };
  }
  return {
    ...refused,
    why: `${what} ${refused.hasLooked ? 'was refused' : 'gave no answer'} (${refused.said})`,
  };
};

/** Waits for an answer of AWS and never throws for what AWS or the network does. */
export const asked = async <T>(what: string, answer: Promise<T>): Promise<Asked<T>> => {
  try {
    return { ok: true, value: await answer };
  } catch (error) {
    return refusedBy(what, error);
  }
};

/** Goes on with an answer, or hands the refusal on. */
export const mapped = <T, U>(first: Asked<T>, go: (value: T) => U): Asked<U> =>
  first.ok ? { ok: true, value: go(first.value) } : first;
