import { describe } from 'vitest';
import { poolContract } from '../../contract/contract.ts';
import { twinSubject } from './contract-subject.ts';

describe('the endpoint on the simulated pool', () => poolContract(twinSubject));
