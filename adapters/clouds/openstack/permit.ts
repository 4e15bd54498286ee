import { generateKeyPairSync } from 'node:crypto';
import * as z from 'zod';
import type { Answer, Failure } from './answer.ts';
import type { Nova } from './nova.ts';

/**
 * Nova has nothing like EC2's client token. A key pair with the token's name takes its place, because Nova makes one of a name
 * once, and refuses servers whose key pair is not there before it makes anything:
 *
 *   before it asks   a launch makes the key pair. If it is there, somebody has asked for this launch and nobody knows with what
 *                    outcome
 *   each request     names it as the servers' key pair
 *   a clear outcome  it is deleted: at once if nothing was made, and else when what was made is written down. Until then whoever
 *                    asks again finds it, though no list shows the servers yet
 *   a doubtful one   a second key pair is made that says so, and then it is deleted: the launch is closed. A request that is
 *                    still on its way, in a proxy or in a function that stands still, is refused from then on, and so is every
 *                    later ask for this launch. What was made shows by its label
 *
 * So it holds though a function may be killed between any two calls, or two may ask at once. Nobody has the private keys.
 */
export interface Permit {
  readonly name: string;
  take(): Promise<Taken>;
  /** After a clear outcome, once it is written down what it has made. */
  giveBack(): Promise<void>;
  /** After a doubtful one. */
  close(): Promise<void>;
}

/** `closed`: the launch was asked for before, and must not be asked for again. */
type Taken = { readonly kind: 'done' } | { readonly kind: 'closed' } | Failure;

const FORBIDDEN = 403;
const NOT_FOUND = 404;
const CONFLICT = 409;

/**
 * A launch is not asked for again after ten minutes (core/model/lifetimes.ts), so a key pair whose launch is older is of no use
 * any more. A user of Nova has room for a hundred.
 */
const KEPT_SECONDS = 900;

const CLOSED = '-closed';

/** Client tokens carry the moment of their tick (core/model/names.ts). */
const momentOf = (name: string): number =>
  Number(/^aerie-[0-9a-f]{16}-([0-9]+)-[0-9]+(-closed)?$/.exec(name)?.[1]);

const counted = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/** A public key in the form of SSH, whose private half is gone. */
const publicKey = (): string => {
  const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  const kind = 'ssh-ed25519';
  const blob = Buffer.concat([counted(Buffer.from(kind)), counted(Buffer.from(x, 'base64url'))]);
  return `${kind} ${blob.toString('base64')}`;
};

const keypairs = z.object({ keypairs: z.array(z.object({ keypair: z.object({ name: z.string() }) })) });

const is = (answer: Answer, status: number): boolean => answer.kind === 'refused' && answer.status === status;

export const permitOf = (nova: Nova, name: string): Permit => {
  const remove = (of: string) => nova.ask({ method: 'DELETE', path: `/os-keypairs/${of}` });

  /** Deletes what closed launches and killed functions have left. */
  const sweep = async (): Promise<void> => {
    const answer = await nova.ask({ method: 'GET', path: '/os-keypairs' });
    const listed = answer.kind === 'done' ? (keypairs.safeParse(answer.body).data?.keypairs ?? []) : [];
    for (const { keypair } of listed) {
      if (momentOf(keypair.name) < momentOf(name) - KEPT_SECONDS) await remove(keypair.name);
    }
  };

  const make = async (of: string): Promise<Answer> => {
    const keypair = { name: of, type: 'ssh', public_key: publicKey() };
    const ask = () => nova.ask({ method: 'POST', path: '/os-keypairs', body: { keypair } });
    const answer = await ask();
    if (!is(answer, FORBIDDEN)) return answer;
    await sweep();
    const again = await ask();
    if (again.kind !== 'refused' || again.status !== FORBIDDEN) return again;
    // So many launches of the last minutes are doubtful that no other one should be begun.
    return { kind: 'throttled', code: again.code, why: again.why };
  };

  const giveBack = async (): Promise<void> => {
    await remove(name);
  };

  const close = async (): Promise<void> => {
    const closing = await make(`${name}${CLOSED}`);
    // Otherwise it stays, and is found by whoever asks next.
    if (closing.kind === 'done' || is(closing, CONFLICT)) await giveBack();
  };

  return {
    ...{ name, giveBack, close },
    async take() {
      const made = await make(name);
      if (is(made, CONFLICT)) {
        await close();
        return { kind: 'closed' };
      }
      // It may have been made, or be made yet: whoever asks next finds it then.
      if (made.kind !== 'done') return made;
      const closed = await nova.ask({ method: 'GET', path: `/os-keypairs/${name}${CLOSED}` });
      if (is(closed, NOT_FOUND)) return made;
      await giveBack();
      return closed.kind === 'done' ? { kind: 'closed' } : closed;
    },
  };
};
