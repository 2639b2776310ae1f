export type Lock = { release(): void };
export function tryLock(path: string): Lock | { pid: number };
export function waitForLock(path: string, onWait: (pid: number) => void): Promise<Lock>;
