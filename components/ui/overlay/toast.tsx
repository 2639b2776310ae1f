"use client";

import { useSyncExternalStore } from "react";
import { lazyPart } from "@/components/ui/lazy-part";
import type { ToastMessage } from "./toast-stack";

const load = () => import("./toast-stack");
const ToastStack = lazyPart(async () => (await load()).ToastStack);

let isNeeded = false;
let onFirstToast: (() => void) | null = null;

/**
 * Shows a message at the corner for 5 seconds, `bad` ones and those with an action for 10. Never
 * for errors that belong on a field or a form.
 */
export function showToast(message: ToastMessage): void {
  isNeeded = true;
  onFirstToast?.();
  void load().then(({ drawToast }) => drawToast(message));
}

function subscribe(onChange: () => void): () => void {
  onFirstToast = onChange;
  return () => {
    onFirstToast = null;
  };
}

/**
 * Rendered once, in the root layout. sonner is loaded with the first message, because it is larger
 * than the rest of `ui`.
 */
export function Toaster() {
  const isMounted = useSyncExternalStore(
    subscribe,
    () => isNeeded,
    () => false,
  );
  return isMounted ? <ToastStack /> : null;
}
