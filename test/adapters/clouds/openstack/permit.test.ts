import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../../adapters/clouds/openstack/answer.ts';
import type { Nova } from '../../../../adapters/clouds/openstack/nova.ts';
import { permitOf } from '../../../../adapters/clouds/openstack/permit.ts';
import { clientTokenOf } from '../../../../core/model/names.ts';
import { NOW } from '../../../core/worlds.ts';

const DONE: Answer = { kind: 'done', body: {} };
const AWAY: Answer = { kind: 'unclear', why: 'Nova is away' };
const refused = (status: number): Answer => ({ kind: 'refused', status, code: 'No', why: `${status}` });

const tokenAt = (at: number) => clientTokenOf('test', `fleet.${at}.0`);
const NAME = tokenAt(NOW);
const CLOSED = `${NAME}-closed`;

/** A Nova that answers so to a call, one after the other; what is not here is done, or not there. Keeps what it was asked. */
const answering = (answers: Readonly<Record<string, readonly Answer[]>> = {}) => {
  const rest = new Map(Object.entries(answers).map(([call, all]) => [call, all.values()]));
  const asked: string[] = [];
  const nova: Nova = {
    async ask({ method, path, body }) {
      const named = JSON.stringify(body ?? '').match(/"name":"([^"]*)"/)?.[1];
      const of = named ?? path.replace(/^\/os-keypairs\/?/, '');
      const call = `${method} ${of}`.trim();
      asked.push(call);
      return rest.get(call)?.next().value ?? (method === 'GET' ? refused(404) : DONE);
    },
  };
  return { permit: permitOf(nova, NAME), asked };
};

const [MAKE, LOOK, DELETE] = [`POST ${NAME}`, `GET ${CLOSED}`, `DELETE ${NAME}`];
const MAKE_CLOSED = `POST ${CLOSED}`;

describe('the key pair of a launch', () => {
  it.each<readonly [string, Readonly<Record<string, readonly Answer[]>>, string, readonly string[]]>([
    ['nobody has asked', {}, 'done', [MAKE, LOOK]],
    [
      'somebody has it: the launch is closed',
      { [MAKE]: [refused(409)] },
      'closed',
      [MAKE, MAKE_CLOSED, DELETE],
    ],
    ['somebody has closed the launch', { [LOOK]: [DONE] }, 'closed', [MAKE, LOOK, DELETE]],
    ['nobody says whether it is closed', { [LOOK]: [AWAY] }, 'unclear', [MAKE, LOOK, DELETE]],
    ['nobody may look', { [LOOK]: [refused(403)] }, 'refused', [MAKE, LOOK, DELETE]],
    ['nobody says whether it was made', { [MAKE]: [AWAY] }, 'unclear', [MAKE]],
    ['it is refused', { [MAKE]: [refused(400)] }, 'refused', [MAKE]],
  ])('is taken, or not, where %s', async (_, answers, kind, calls) => {
    const { permit, asked } = answering(answers);
    expect(await permit.take()).toMatchObject({ kind });
    expect(asked).toEqual(calls);
  });

  it.each<readonly [string, readonly Answer[], readonly string[]]>([
    ['closed', [DONE], [MAKE_CLOSED, DELETE]],
    ['closed already', [refused(409)], [MAKE_CLOSED, DELETE]],
    ['not closed: it stays, and is found by whoever asks next', [AWAY], [MAKE_CLOSED]],
    ['not to be closed: it stays', [refused(400)], [MAKE_CLOSED]],
  ])('is deleted once the launch is %s', async (_, answers, calls) => {
    const { permit, asked } = answering({ [MAKE_CLOSED]: answers });
    await permit.close();
    expect(asked).toEqual(calls);
  });

  const listed = (names: readonly string[]): Answer => ({
    kind: 'done',
    body: { keypairs: names.map((name) => ({ keypair: { name } })) },
  });

  it('is made once those are deleted that are of no use any more, if there are as many as there may be', async () => {
    const [old, young] = [tokenAt(NOW - 901), tokenAt(NOW - 900)];
    const later = `${old}12`;
    const names = ['a-person', old, young, `${old}-closed`, `${young}-closed`, `x${old}`, `${old}x`, later];
    const { permit, asked } = answering({ [MAKE]: [refused(403), DONE], GET: [listed(names)] });
    expect(await permit.take()).toMatchObject({ kind: 'done' });
    expect(asked).toEqual([
      ...[MAKE, 'GET', `DELETE ${old}`, `DELETE ${old}-closed`, `DELETE ${later}`, MAKE, LOOK],
    ]);
  });

  it.each<readonly [string, Answer, string]>([
    ['there is no room all the same', refused(403), 'throttled'],
    ['it is refused then', refused(400), 'refused'],
  ])('waits, or not, where %s', async (_, again, kind) => {
    for (const list of [listed([]), AWAY, DONE]) {
      const { permit, asked } = answering({ [MAKE]: [refused(403), again], GET: [list] });
      expect(await permit.take()).toMatchObject({ kind, code: 'No' });
      expect(asked).toEqual([MAKE, 'GET', MAKE]);
    }
  });
});
