import * as z from 'zod';

/** What the page of settings says of one, beside its name. */
export interface SettingText {
  readonly description: string;
  readonly allowed: string;
  /** What a stage that leaves it out has, in words or as JSON; absent: it has to be given. */
  readonly fallback?: string;
}

const texts = z.registry<SettingText>();

/** Keeps beside a schema what docs/stage.md says of the setting. */
export const setting = <T extends z.ZodType>(schema: T, text: SettingText): T => {
  texts.add(schema, text);
  return schema;
};

/** Answers what `setting` kept; throws for a schema without a text, because every setting has to be told. */
export const textOf = (name: string, schema: z.ZodType): SettingText => {
  const text = texts.get(schema);
  if (text === undefined) throw new Error(`the setting ${name} of a stage has no text`);
  return text;
};
