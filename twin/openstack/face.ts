import { type Face, face, readBody, withHeaders } from '../wire/http.ts';
import { openStackAnswer } from './answer.ts';
import type { OpenStackWorld } from './world.ts';

interface FaceOptions {
  /** Where callers reach it, as its catalog says; absent: as it is. */
  readonly reachedAt?: () => string | undefined;
}

/** Keystone and Nova on one port. */
export const openStackFace = async (
  world: OpenStackWorld,
  { reachedAt }: FaceOptions = {},
): Promise<Face> => {
  const served: Face = await face(async (request, response) => {
    const text = await readBody(request);
    const { method = '', headers } = request;
    const answer = openStackAnswer(world, {
      ...{ method, headers, text },
      url: new URL(request.url ?? '/', 'http://openstack'),
      reachedAt: reachedAt?.() ?? served.url,
    });
    if (answer === undefined) return;
    withHeaders(response, { ...answer.headers, 'content-length': String(Buffer.byteLength(answer.text)) });
    response.writeHead(answer.status).end(answer.text);
  });
  return served;
};
