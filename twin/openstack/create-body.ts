import * as z from 'zod';

const name = z.string().min(1).max(255);
const metadata = z.record(z.string().regex(/^[a-zA-Z0-9-_:. ]{1,255}$/), z.string().max(255));
const tag = z
  .string()
  .min(1)
  .max(60)
  .regex(/^[^,/]*$/);
const count = z.int().min(1);

/** Nova takes nothing that its schema does not name. `networks` is needed from version 2.37, `tags` came with 2.52. */
export const createBody = z.strictObject({
  server: z.strictObject({
    name,
    flavorRef: z.string().min(1),
    imageRef: z.string(),
    networks: z.union([z.enum(['none', 'auto']), z.array(z.strictObject({ uuid: z.uuid() }))]),
    availability_zone: name.optional(),
    key_name: name.optional(),
    user_data: z.base64().max(65_535).optional(),
    config_drive: z.boolean().optional(),
    security_groups: z.array(z.strictObject({ name: z.string() })).optional(),
    metadata: metadata.optional(),
    tags: z.array(tag).max(50).optional(),
    min_count: count.optional(),
    max_count: count.optional(),
    return_reservation_id: z.boolean().optional(),
  }),
});

export type Create = z.infer<typeof createBody>['server'];

export const keypairBody = z.strictObject({
  keypair: z.strictObject({
    // `@`, `.` and `_` came with 2.92.
    name: z.string().regex(/^[a-zA-Z0-9 _-]{1,255}$/),
    type: z.enum(['ssh', 'x509']).optional(),
    public_key: z.string().startsWith('ssh-ed25519 ').max(16_384).optional(),
  }),
});

export const metadataBody = z.strictObject({ metadata });

/** The actions that are simulated. */
export const actionBody = z.union([
  z.strictObject({ 'os-start': z.null() }),
  z.strictObject({ 'os-stop': z.null() }),
  z.strictObject({
    'os-getConsoleOutput': z.strictObject({ length: z.int().min(-1).nullable().optional() }),
  }),
]);
