/**
 * Called after each step of a change with the step's name; a crash test kills the process in it.
 * The server waits for it, so a step it never returns from is the last one.
 */
export type OnStep = (step: string) => void | Promise<void>;
