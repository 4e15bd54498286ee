/** Logs and metrics go to standard output in Lambda; here they would drown what a test has to say. */
export const quietly = (): void => {
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  process.env.POWERTOOLS_METRICS_DISABLED = 'true';
};
