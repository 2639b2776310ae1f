/** A failure of the LLM caller; its message is the `errorMessage` of the Lambda's error. */
export class CallerError extends Error {}

export const missingField = (name: string) => new CallerError(`missing field \`${name}\``);

export const transformError = (what: string) => new CallerError(`Transform error: ${what}`);

export const requestFailed = (what: string) => new CallerError(`HTTP request failed: ${what}`);
