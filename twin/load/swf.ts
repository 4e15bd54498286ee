/**
 * One line of a log in the Standard Workload Format 2.2 (https://www.cs.huji.ac.il/labs/parallel/workload/swf.html): 18 fields
 * between blanks, -1 where nothing is known; lines that begin with `;` are comments.
 */
export interface SwfRecord {
  readonly submitSeconds: number;
  /** Not above 0: it did not run, or nobody knows how long. */
  readonly runSeconds: number;
  /** Allocated, or requested where that is not known. */
  readonly cores: number;
  /** Requested, KB for each core; not above 0: not known. */
  readonly memoryKbPerCore: number;
  /** 2, 3 and 4 are parts of a job that has a line of its own for the whole. */
  readonly status: number;
  readonly partition: string;
}

const FIELDS = 18;

/** Positions of fields, counted from 0. */
const FIELD = {
  submit: 1,
  run: 3,
  allocated: 4,
  requested: 7,
  memory: 9,
  status: 10,
  partition: 15,
} as const;

/** Whether a line of a log is none of its records. */
export const isSwfComment = (line: string): boolean => line.trim() === '' || line.startsWith(';');

/** Reads a line; a text: what is wrong with it. */
export const readSwfLine = (line: string): SwfRecord | string => {
  const fields = line.trim().split(/\s+/);
  if (fields.length < FIELDS) return `has ${fields.length} fields; expected ${FIELDS}`;
  const number = (field: number) => Number(fields[field] ?? Number.NaN);
  const odd = Object.values(FIELD).find((field) => !Number.isFinite(number(field)));
  if (odd !== undefined) return `has "${fields[odd]}" as field ${odd + 1}; expected a number`;
  const allocated = number(FIELD.allocated);
  return {
    submitSeconds: number(FIELD.submit),
    runSeconds: number(FIELD.run),
    cores: allocated > 0 ? allocated : number(FIELD.requested),
    memoryKbPerCore: number(FIELD.memory),
    status: number(FIELD.status),
    partition: fields[FIELD.partition] ?? '',
  };
};
