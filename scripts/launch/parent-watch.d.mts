export function parentPidFor(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
export function watchParent(onGone: () => void): void;
