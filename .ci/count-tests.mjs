// Prints how many tests passed and failed. In CI a test that is skipped has failed: everything it needs can be had.
import { readFileSync } from 'node:fs';

const results = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { numPassedTests, numTotalTests } = results;
const skipped = results.testResults
  .flatMap(({ assertionResults }) => assertionResults)
  .filter(({ status }) => status !== 'passed' && status !== 'failed');
for (const { fullName } of skipped) console.error(`skipped: ${fullName}`);
console.log(`${numPassedTests} ${numTotalTests - numPassedTests}`);
process.exit(numTotalTests > 0 ? 0 : 1);
