import type { TemplateRequest } from '../../core/model/about.ts';

/** How many MB a unit of submit files is; HTCondor reads only its first letter. */
const MB_OF: Readonly<Record<string, number>> = { k: 1 / 1024, m: 1, g: 1024, t: 1024 * 1024 };

const AMOUNT = /^(\d+(?:\.\d+)?)\s*(?:([kmgt])i?b?)?$/i;

/** Undefined for an expression: only HTCondor could say what it comes to. */
const amountOf = (text: string | undefined, bareUnit: string): number | undefined => {
  const amount = AMOUNT.exec(String(text));
  const mb = MB_OF[(amount?.[2] ?? bareUnit).toLowerCase()];
  return amount === null || mb === undefined ? undefined : Number(amount[1]) * mb;
};

const countOf = (text: string | undefined): number | undefined =>
  /^\d+$/.test(String(text)) ? Number(text) : undefined;

/**
 * Reads what a submit file asks for. `setting` gives what stands after a name. Without a unit, memory is in MB and disk in
 * KiB, as condor_submit has it.
 */
export const asksOf = (setting: (name: string) => string | undefined): TemplateRequest => {
  const cpus = countOf(setting('request_cpus'));
  const memoryMb = amountOf(setting('request_memory'), 'm');
  const diskMb = amountOf(setting('request_disk'), 'k');
  const gpus = countOf(setting('request_gpus'));
  return {
    ...(cpus === undefined ? {} : { cpus }),
    ...(memoryMb === undefined ? {} : { memoryMb }),
    ...(diskMb === undefined ? {} : { diskMb }),
    ...(gpus === undefined ? {} : { gpus }),
  };
};
