/**
 * Takes the place of the SDK's retries in the stack of a command. In a storm of throttling they would only spend the tick's
 * time; a shortage of capacity is an answer, though its status is 500; and a start whose answer was lost would be refused
 * the second time, because its instance is no longer stopped.
 */
export const NO_RETRY = {
  name: 'retryMiddleware',
  step: 'finalizeRequest',
  priority: 'high',
  override: true,
} as const;
