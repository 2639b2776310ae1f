"use client";

import { type ComponentType, lazy, type ReactNode, Suspense, useSyncExternalStore } from "react";

const never = () => () => {};

/** Whether React runs in the browser: false on the server and while it hydrates. */
export function useIsHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}

/**
 * A part that is loaded when it is first rendered, only in the browser. Like `next/dynamic` with
 * `ssr: false`, which adds 2 kB to every page.
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  loading?: ReactNode,
) {
  const Part = lazy(async () => ({ default: await load() }));
  // Called at module level only, so each part is one component.
  // biome-ignore lint/correctness/noComponentHookFactories: see above
  return function LazyPart(props: Props) {
    const isHydrated = useIsHydrated();
    return <Suspense fallback={loading}>{isHydrated ? <Part {...props} /> : loading}</Suspense>;
  };
}
