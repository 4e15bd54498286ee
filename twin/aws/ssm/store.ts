/** SSM's Parameter Store, as far as aerie uses it: names, values, patterns, versions. */
export interface Parameter {
  readonly name: string;
  readonly value: string;
  readonly type: 'String' | 'SecureString';
  readonly version: number;
  readonly pattern: string | undefined;
}

export interface PutParameter {
  readonly name: string;
  readonly value: string;
  readonly type?: 'String' | 'SecureString' | undefined;
  readonly overwrite?: boolean | undefined;
  readonly pattern?: string | undefined;
}

/** What the store refuses, in SSM's own words. */
export interface Refused {
  readonly error: 'ParameterAlreadyExists' | 'ParameterPatternMismatchException' | 'ValidationException';
  readonly message: string;
}

/** Something that has happened to a parameter. */
export interface ParameterChange {
  readonly name: string;
  readonly type: Parameter['type'];
  readonly operation: 'Create' | 'Update' | 'Delete';
}

export interface ParameterStore {
  put(parameter: PutParameter): { readonly version: number } | Refused;
  get(name: string): Parameter | undefined;
  remove(name: string): boolean;
  /** Parameters below a path, by name. */
  under(path: string, recursive: boolean): readonly Parameter[];
}

/** A standard parameter holds 4 KB. */
const MAX_VALUE_BYTES = 4096;
const NAME = /^[a-zA-Z0-9_.\-/]{1,1011}$/;

const refuse = (error: Refused['error'], message: string): Refused => ({ error, message });

/** An empty store. A parameter keeps its pattern until a new one is given with it. */
export const parameterStore = (onChange: (change: ParameterChange) => void = () => {}): ParameterStore => {
  const parameters = new Map<string, Parameter>();
  return {
    put({ name, value, type, overwrite = false, pattern }) {
      const before = parameters.get(name);
      if (!NAME.test(name)) return refuse('ValidationException', `Parameter name: ${name} is not valid`);
      if (value === '') return refuse('ValidationException', 'Parameter value must not be empty');
      if (Buffer.byteLength(value) > MAX_VALUE_BYTES) {
        return refuse('ValidationException', 'Standard tier parameters support a maximum of 4096 characters');
      }
      if (before !== undefined && !overwrite) {
        return refuse('ParameterAlreadyExists', 'The parameter already exists. Use overwrite to change it.');
      }
      const allowed = pattern ?? before?.pattern;
      if (allowed !== undefined && !new RegExp(allowed).test(value)) {
        return refuse(
          'ParameterPatternMismatchException',
          `Parameter value, ${value}, does not match allowedPattern, ${allowed}`,
        );
      }
      const version = (before?.version ?? 0) + 1;
      const stored = type ?? before?.type ?? 'String';
      parameters.set(name, { name, value, type: stored, version, pattern: allowed });
      onChange({ name, type: stored, operation: before === undefined ? 'Create' : 'Update' });
      return { version };
    },
    get: (name) => parameters.get(name),
    remove(name) {
      const before = parameters.get(name);
      if (before === undefined) return false;
      parameters.delete(name);
      onChange({ name, type: before.type, operation: 'Delete' });
      return true;
    },
    under(path, recursive) {
      const root = path.endsWith('/') ? path : `${path}/`;
      return [...parameters.values()]
        .filter(({ name }) => name.startsWith(root))
        .filter(({ name }) => recursive || !name.slice(root.length).includes('/'))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    },
  };
};
