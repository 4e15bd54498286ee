import { readFileSync } from 'node:fs';
import type { MutantResult } from '@stryker-mutator/api/core';

/** A small change of the source, and whether a test noticed it. */
export interface Mutant {
  readonly file: string;
  readonly line: number;
  readonly mutator: string;
  /** The source's line in which the change begins. */
  readonly on: string;
  /** The code that is changed, on one line, and what it becomes. */
  readonly code: string;
  readonly becomes: string;
  /** `late`: its tests came to no end. `invalid`: it does not compile, so nobody could write it. `unseen`: no test runs it. */
  readonly fate: 'killed' | 'late' | 'survived' | 'unseen' | 'invalid' | 'ignored';
}

interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where a position lies in a text; lines and columns count from `first`. */
export const offsetOf = (lines: readonly string[], at: Position, first: number): number =>
  lines.slice(0, at.line - first).reduce((sum, line) => sum + line.length + 1, 0) + at.column - first;

/** Code without its lines' ends: it may be laid out anew. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** The code of a place, on one line. */
export const codeOf = (text: string, place: { start: Position; end: Position }, first: number): string => {
  const lines = text.split('\n');
  return oneLine(text.slice(offsetOf(lines, place.start, first), offsetOf(lines, place.end, first)));
};

const fateOf = (status: MutantResult['status']): Mutant['fate'] => {
  switch (status) {
    case 'Killed':
      return 'killed';
    case 'Timeout':
      return 'late';
    case 'Survived':
      return 'survived';
    case 'NoCoverage':
      return 'unseen';
    case 'CompileError':
    case 'RuntimeError':
      return 'invalid';
    case 'Ignored':
    case 'Pending':
      return 'ignored';
    default:
      return status satisfies never;
  }
};

/** What Stryker says of a mutant, with the code that it is about. */
export const readMutant = (result: MutantResult, file: string): Mutant => {
  const text = readFileSync(file, 'utf8');
  const lines = text.split('\n');
  const { start } = result.location;
  return {
    file,
    line: start.line,
    mutator: result.mutatorName,
    on: (lines[start.line - 1] ?? '').trim(),
    code: codeOf(text, result.location, 1),
    becomes: oneLine(result.replacement ?? ''),
    fate: fateOf(result.status),
  };
};
