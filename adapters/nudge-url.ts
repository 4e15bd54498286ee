import { SSMClient } from '@aws-sdk/client-ssm';
import { SignatureV4 } from '@smithy/signature-v4';
import { NUDGE_BODY, NUDGE_HEADER, NUDGE_LIFE_SECONDS, TICK_SECONDS_HEADER } from '../core/model/nudge.ts';

/** SQS's own version of its query API. */
const VERSION = '2012-11-05';

export interface NudgeUrlOptions {
  /** The URL of a queue that the workers tick is fed from. */
  readonly queueUrl: string;
  readonly tickSeconds: number;
  /** Whose region, credentials and hash sign: what any client of the SDK has found in this process. */
  readonly signs?: Pick<SSMClient['config'], 'region' | 'credentials' | 'sha256'>;
}

/**
 * Returns what makes the headers by which the endpoint may nudge the workers tick: a URL that sends one message, which is
 * fixed, to one queue, signed with this function's own right to do so. Nothing is sent for it. The endpoint needs neither
 * keys nor a clock that is right, and can do nothing else with it. The message does not wait for as long as others of its
 * queue do.
 */
export const nudgeHeaders = ({
  queueUrl,
  tickSeconds,
  signs = new SSMClient({}).config,
}: NudgeUrlOptions): (() => Promise<Readonly<Record<string, string>>>) => {
  const { region, credentials, sha256 } = signs;
  const signer = new SignatureV4({ service: 'sqs', region, credentials, sha256 });
  const { protocol, hostname, port, host, pathname } = new URL(queueUrl);
  const query = { Action: 'SendMessage', DelaySeconds: '0', MessageBody: NUDGE_BODY, Version: VERSION };
  return async () => {
    const signed = await signer.presign(
      {
        ...{ method: 'GET', protocol, hostname, path: pathname, query, headers: { host } },
        ...(port === '' ? {} : { port: Number(port) }),
      },
      { expiresIn: NUDGE_LIFE_SECONDS },
    );
    const parameters = Object.entries(signed.query ?? {}).map(
      ([name, value]) => `${name}=${encodeURIComponent(String(value))}`,
    );
    return {
      [NUDGE_HEADER]: `${protocol}//${host}${pathname}?${parameters.join('&')}`,
      [TICK_SECONDS_HEADER]: String(tickSeconds),
    };
  };
};
