import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { HttpOutcome } from '../../adapters/http.ts';
import { judge } from '../../adapters/panda-answer.ts';

const SITES = z.record(z.string(), z.number());
const answered = (status: number, text: string): HttpOutcome => ({
  kind: 'answered',
  address: '127.0.0.1',
  status,
  text,
});
const failed = (cause: 'timeout' | 'connection' | 'too large'): HttpOutcome => ({
  kind: 'failed',
  address: undefined,
  cause,
  why: 'broke off',
});

describe('an answer of PanDA', () => {
  it('is its data', () => {
    expect(judge(answered(200, '{"success":true,"data":{"S":1}}'), SITES)).toEqual({
      ok: true,
      data: { S: 1 },
    });
  });

  it.each([
    ['timeout', true],
    ['connection', true],
    ['too large', false],
  ] as const)('that failed for %s is worth another try: %s', (cause, again) => {
    expect(judge(failed(cause), SITES)).toEqual({ ok: false, why: 'PanDA broke off', again });
  });

  it.each([
    [200, '  <HTML>', 'answered 200 with HTML', true],
    [200, '\n<?xml version="1.0"?>', 'answered 200 with HTML', true],
    [200, 'see <html>', 'answered no JSON: see <html>', true],
    [200, 'x<html>', 'answered no JSON: x<html>', true],
    [200, '<p>', 'answered no JSON: <p>', true],
    [200, " {'success': True}", "answered no JSON: {'success': True}", true],
    [200, '{"success":false}', 'answered success:false: (nothing)', false],
    [200, '{"success":false,"message":null}', 'answered success:false: (nothing)', false],
    [200, '{"data":{"S":1}}', 'answered without success and data: {"data":{"S":1}}', false],
    [403, '<html>', 'answered 403 with HTML; check AERIE_PANDA_URL, asking again does not help', false],
    [403, 'no', 'answered 403: no; check AERIE_PANDA_URL, asking again does not help', false],
    [404, 'no', 'answered 404: no', true],
    [405, 'no', 'answered 405: no', false],
    [499, 'no', 'answered 499: no', false],
    [500, 'no', 'answered 500: no', true],
  ])('%d %j says nothing, and why', (status, text, why, again) => {
    expect(judge(answered(status, text), SITES)).toEqual({ ok: false, why: `PanDA ${why}`, again });
  });
});
