import * as z from 'zod';
import { CLOUD_NAME, EC2 } from '../../core/model/clouds.ts';
import { got, matching } from './matching.ts';
import { serverUrl, URL_ALLOWED } from './values.ts';

export const CLOUDS_ALLOWED =
  'one cloud by its name: `kind` ("openstack"), `authUrl`, `region`, `project`, `credential`, `caFile`, `network`, `image`, `zones` and `securityGroups` (["default"])';

const NAME_ALLOWED = 'a small letter and up to 19 more small letters, digits and dashes, and not ec2';
const UUID_ALLOWED = 'the id of one, a UUID';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const AUTH_ALLOWED = `${URL_ALLOWED} that ends in /v3`;
const CREDENTIAL_ALLOWED =
  'the path of an SSM parameter, such as /aerie/prod/clouds/site, that holds {"id": …, "secret": …} of an application credential';
/** Of the CDK's templates and of what it writes beside them: everybody who may read the stack could read it. */
const SECRET = 'a credential itself has no place here: put it into a SecureString, and name its path';
const TEXT_ALLOWED = 'a text of 1 to 255 characters';
const MOST_TEXT = 255;
const MOST_ZONES = 20;

const text = z
  .string({ error: ({ input }) => got(input, TEXT_ALLOWED) })
  .min(1, { error: ({ input }) => got(input, TEXT_ALLOWED) })
  .max(MOST_TEXT, { error: ({ input }) => got(input, TEXT_ALLOWED) });

const authUrl = serverUrl.refine((url) => /\/v3\/?$/.test(url), {
  error: ({ input }) => got(input, AUTH_ALLOWED),
});

const credential = z
  .string({
    error: ({ input }) =>
      typeof input === 'object' && input !== null ? SECRET : got(input, CREDENTIAL_ALLOWED),
  })
  .regex(/^(\/[A-Za-z0-9_.-]+)+$/, { error: ({ input }) => got(input, CREDENTIAL_ALLOWED) });

const openstack = z.strictObject({
  kind: z.literal('openstack', { error: ({ input }) => got(input, '"openstack"') }),
  /** Keystone's address with its version. */
  authUrl,
  region: text,
  /** The name or the id of the stage's own project: a credential of another one is not used. */
  project: text,
  credential,
  /** Who has signed the certificates of the cloud, as PEM; absent: an authority that Node trusts. */
  caFile: text.optional(),
  network: matching(UUID, UUID_ALLOWED),
  image: matching(UUID, UUID_ALLOWED),
  zones: z
    .array(text)
    .min(1, 'is empty; expected the names of availability zones')
    .max(MOST_ZONES, `names more than ${MOST_ZONES} zones`)
    .refine((all) => new Set(all).size === all.length, { error: 'names a zone twice; name each once' }),
  securityGroups: z.array(text).default(['default']),
});

/** A cloud beside EC2, as cdk.json says it. */
export type CloudBlock = z.output<typeof openstack>;

const isName = (name: string): boolean => new RegExp(`^${CLOUD_NAME}$`).test(name) && name !== EC2;

/** The clouds of a stage beside EC2, by name. */
export const clouds = z
  .record(z.string(), openstack, { error: ({ input }) => got(input, 'a cloud by its name') })
  .superRefine((given, context) => {
    const names = Object.keys(given);
    for (const name of names.filter((one) => !isName(one))) {
      context.addIssue({ code: 'custom', path: [name], message: `is no name; expected ${NAME_ALLOWED}` });
    }
    if (names.length > 1) {
      const message = `has ${names.length} clouds (${names.join(', ')}); expected one beside EC2: ids of machines do not say which OpenStack they are of. Give the other one a stage of its own`;
      context.addIssue({ code: 'custom', path: [], message });
    }
  })
  .default({});
