import { describe } from 'vitest';
import { cloudContract } from '../../contract/cloud.ts';
import { standInSubject } from './subject.ts';

describe('the stand-in of Keystone and Nova', () => cloudContract(standInSubject, ['ended ones']));
