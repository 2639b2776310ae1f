/**
 * Called with the name of each completed step of a write. The server waits for it, so that a crash
 * test can stop or kill the process at that step.
 */
export type OnStep = (step: string) => void | Promise<void>;
