import { EC2ServiceException } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { asked } from '../../../cli/doctor/look/asked.ts';

const aws = (name: string, message: string, httpStatusCode: number) =>
  new EC2ServiceException({ name, message, $fault: 'client', $metadata: { httpStatusCode } });
const named = (name: string, message: string, more: object = {}) =>
  Object.assign(new Error(message), { name, ...more });

describe('what AWS or the network does wrong becomes a sentence', () => {
  it.each([
    [
      aws('UnauthorizedOperation', 'not you', 403),
      true,
      'you may not ask for it: ec2:X was denied (not you)',
    ],
    [aws('AccessDenied', 'no', 403), true, 'you may not ask for it: ec2:X was denied (no)'],
    [aws('ExpiredToken', 'it is over', 403), true, 'AWS does not take your credentials (it is over)'],
    [
      aws('AuthFailure.ServiceLinkedRoleCreationNotPermitted', 'no role', 403),
      true,
      'ec2:X was refused (AuthFailure.ServiceLinkedRoleCreationNotPermitted: no role)',
    ],
    [aws('InternalError', 'an outage', 500), false, 'ec2:X gave no answer (InternalError: an outage)'],
    [named('CredentialsProviderError', 'none found'), false, 'you are not signed in (none found)'],
    [
      named('Error', 'connect ECONNREFUSED', { code: 'ECONNREFUSED' }),
      false,
      'ec2:X gave no answer (ECONNREFUSED: connect ECONNREFUSED)',
    ],
    [
      Object.assign(new AggregateError([new Error('connect ECONNREFUSED ::1')], ''), {
        code: 'ECONNREFUSED',
      }),
      false,
      'ec2:X gave no answer (ECONNREFUSED: connect ECONNREFUSED ::1)',
    ],
    [named('TimeoutError', 'too late'), false, 'ec2:X gave no answer (TimeoutError: too late)'],
    [
      named('Error', 'Region is missing'),
      false,
      'no region is known: write "region" into the stage, or set AWS_REGION',
    ],
    [
      named('SyntaxError', 'Unexpected token <\n  Deserialization error: to see the raw response, …'),
      false,
      "ec2:X was answered with something that is none of AWS's answers",
    ],
    ['a text', false, 'ec2:X gave no answer (Error: a text)'],
  ])('%s', async (error, hasLooked, why) => {
    expect(await asked('ec2:X', Promise.reject(error))).toMatchObject({ ok: false, hasLooked, why });
  });

  it('is short and one line, whatever AWS says', async () => {
    const answer = await asked('ec2:X', Promise.reject(aws('Bad', `a\nb\u001b[2J ${'x'.repeat(999)}`, 400)));
    expect(answer).toMatchObject({ why: expect.stringMatching(/^\P{Cc}{50,300}$/u) });
  });
});
